#!/bin/sh
# Copy the database and the archive into a folder: backup.sh FROM TO
#
# May run while others write. What refers to something is copied before what it refers to: the
# database before the journals, journals and indices before the WARC files. All but the database is
# only ever appended to, so that whatever is in the copy is whole in it; a last line or record that
# was being written is set aside by the first command that writes to the restored copy.
set -eu
if [ "$#" -ne 2 ]; then
  echo "usage: backup.sh FROM TO (folders; FROM has provenance.db and archive/)" >&2
  exit 2
fi
from=$1
to=$2
umask 027
mkdir -p "$to/archive"

if [ -f "$from/provenance.db" ]; then
  rm -f "$to/provenance.db.new"
  if command -v sqlite3 >/dev/null; then
    sqlite3 "$from/provenance.db" ".timeout 60000" ".backup '$to/provenance.db.new'"
  else
    python3 -c 'import contextlib, sqlite3, sys
with contextlib.closing(sqlite3.connect(sys.argv[1], timeout=60)) as store:
    with contextlib.closing(sqlite3.connect(sys.argv[2])) as copy:
        store.backup(copy)' "$from/provenance.db" "$to/provenance.db.new"
  fi
  mv "$to/provenance.db.new" "$to/provenance.db"
fi

for part in footnotes provenance.toml audit.jsonl; do
  if [ -e "$from/$part" ]; then cp -R --preserve=mode,timestamps "$from/$part" "$to/"; fi
done

# -u leaves alone what has not changed since the last copy; `warc` comes last
for part in "$from"/archive/*; do
  case $part in
    */warc | */.lock) ;;
    *) if [ -e "$part" ]; then cp -Ru --preserve=mode,timestamps "$part" "$to/archive/"; fi ;;
  esac
done
if [ -d "$from/archive/warc" ]; then cp -Ru --preserve=mode,timestamps "$from/archive/warc" "$to/archive/"; fi
