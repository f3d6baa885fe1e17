"""What search and backward traces need beside the tables: notes in full text, names, authors, as SQL.

`names` holds every name once that people look for and mistype: hosts, titles of documents and of
cited works, publishers, authors. `uses` counts the rows that carry it, so that a name goes with its
last row; triggers keep that true, whoever writes. Its full text is cut into trigrams: what is
mistyped still shares most of them. `cited_authors` are those that a note names, `page_authors` those
that an archived page names.
"""

from provenance.store.tables import full_text_index, split_statements

__all__ = ["MEMENTO_NAME_STATEMENTS", "NAME_STATEMENTS"]

_TABLES = """
ALTER TABLE notes ADD COLUMN bare TEXT;

CREATE TABLE names (
  name_key INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  uses INTEGER NOT NULL,
  UNIQUE (kind, name)
) STRICT;
CREATE VIRTUAL TABLE names_fts USING fts5 (
  name, content='names', content_rowid='name_key', tokenize='trigram');

CREATE TABLE cited_authors (
  author TEXT NOT NULL COLLATE NOCASE,
  note_key INTEGER NOT NULL,
  citation_index INTEGER NOT NULL,
  PRIMARY KEY (author, note_key, citation_index),
  FOREIGN KEY (note_key, citation_index) REFERENCES citations (note_key, citation_index)
    ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX cited_authors_by_citation ON cited_authors (note_key, citation_index);

CREATE TABLE page_authors (
  author TEXT NOT NULL COLLATE NOCASE,
  text_key INTEGER NOT NULL REFERENCES texts (text_key) ON DELETE CASCADE,
  PRIMARY KEY (author, text_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX page_authors_by_text ON page_authors (text_key);

CREATE INDEX sources_by_publisher ON sources (publisher COLLATE NOCASE)
  WHERE publisher IS NOT NULL;
CREATE INDEX sources_by_title ON sources (title) WHERE title IS NOT NULL;
CREATE INDEX contents_by_title ON contents (lower(title));
CREATE INDEX contents_by_published ON contents (published, content_key)
"""

# (table, column, kind of name)
_NAMED = (
    ("sources", "host", "host"),
    ("sources", "title", "work"),
    ("sources", "publisher", "publisher"),
    ("contents", "title", "document"),
    ("cited_authors", "author", "author"),
    ("page_authors", "author", "author"),
)
# FTS5 forgets a row of external content only when told what the row said.
_NAMES_INDEX = (
    (
        "CREATE TRIGGER names_fts_add AFTER INSERT ON names BEGIN"
        " INSERT INTO names_fts (rowid, name) VALUES (new.name_key, new.name); END"
    ),
    (
        "CREATE TRIGGER names_fts_drop AFTER DELETE ON names BEGIN"
        " INSERT INTO names_fts (names_fts, rowid, name) VALUES ('delete', old.name_key, old.name); END"
    ),
)
_COUNT = "INSERT INTO names (kind, name, uses)"
_ONE_MORE = " ON CONFLICT (kind, name) DO UPDATE SET uses = uses + excluded.uses"


def _name_triggers(table: str, column: str, kind: str) -> tuple[str, ...]:
    def add(row: str) -> str:
        named = f"SELECT '{kind}', {row}.{column}, 1 WHERE {row}.{column} <> ''"
        return f"{_COUNT} {named}{_ONE_MORE};"

    def drop(row: str) -> str:
        where = f"WHERE kind = '{kind}' AND name = {row}.{column}"
        return f"UPDATE names SET uses = uses - 1 {where}; DELETE FROM names {where} AND uses < 1;"  # noqa: S608

    trigger = f"CREATE TRIGGER names_of_{table}_{column}"
    changed = f"WHEN old.{column} IS NOT new.{column}"
    return (
        f"{trigger}_add AFTER INSERT ON {table} WHEN new.{column} IS NOT NULL BEGIN {add('new')} END",
        (
            f"{trigger}_drop AFTER DELETE ON {table} WHEN old.{column} IS NOT NULL"
            f" BEGIN {drop('old')} END"
        ),
        (
            f"{trigger}_change AFTER UPDATE OF {column} ON {table} {changed}"
            f" BEGIN {drop('old')} {add('new')} END"
        ),
    )


def _authors(into: str, keys: str, row: str) -> str:
    """Fill from a column of JSON; a name that is told twice, or in another case, counts once."""
    values = ", ".join(f"{row}.{key.strip()}" for key in keys.split(","))
    return (
        f"INSERT OR IGNORE INTO {into} (author, {keys})"  # noqa: S608
        f" SELECT trim(value), {values} FROM json_each({row}.authors) WHERE trim(value) <> ''"
    )


_CITED, _PAGE = ("cited_authors", "note_key, citation_index"), ("page_authors", "text_key")
_AUTHOR_TRIGGERS = (
    (
        "CREATE TRIGGER cited_authors_add AFTER INSERT ON citations WHEN new.authors <> '[]'"
        f" BEGIN {_authors(*_CITED, 'new')}; END"
    ),
    (
        "CREATE TRIGGER page_authors_add AFTER INSERT ON texts WHEN new.authors <> '[]'"
        f" BEGIN {_authors(*_PAGE, 'new')}; END"
    ),
    (
        "CREATE TRIGGER page_authors_change AFTER UPDATE OF authors ON texts"  # noqa: S608
        " WHEN old.authors <> new.authors BEGIN"
        f" DELETE FROM page_authors WHERE text_key = old.text_key; {_authors(*_PAGE, 'new')}; END"
    ),
)
# What an earlier version wrote; the migration lends SQLite the function `bare_words`.
_BARE = "UPDATE notes SET bare = bare_words(text) WHERE bare_words(text) IS NOT NULL"
_FILL = (
    "INSERT INTO notes_fts (notes_fts) VALUES ('rebuild')",
    *(
        f"{_COUNT} SELECT '{kind}', {column}, count(*) FROM {table}"  # noqa: S608
        f" WHERE {column} <> '' GROUP BY {column}{_ONE_MORE}"
        for table, column, kind in _NAMED[:4]
    ),
    *(
        f"INSERT OR IGNORE INTO {into} (author, {keys}) SELECT trim(value), {keys}"  # noqa: S608
        f" FROM {table}, json_each({table}.authors) WHERE trim(value) <> ''"
        for (into, keys), table in ((_CITED, "citations"), (_PAGE, "texts"))
    ),
)

NAME_STATEMENTS = (
    *split_statements(_TABLES),
    _BARE,
    *full_text_index("notes", "note_key", ("text", "bare")),
    *_NAMES_INDEX,
    *(statement for named in _NAMED for statement in _name_triggers(*named)),
    *_AUTHOR_TRIGGERS,
    *_FILL,
)

MEMENTO_NAME_STATEMENTS = (
    "CREATE INDEX memento_lookups_by_uri ON memento_lookups (uri_m) WHERE uri_m IS NOT NULL",
)
