"""Exchanges and documents in, WARC records out; append-only, provable, readable by strangers.

Start at `archive.Archive` (writes, one at a time) and `reader.ArchiveReader` (reads,
no lock). Below `archive/`::

    warc/YYYY/provenance-YYYYMMDD-NNNN.warc.gz   what was seen, the documents, the texts
    documents/ checks/ texts/   YYYY-MM.jsonl    what happened: the commit points
    index/….cdxj                                 derived, for pywb and its like
    uncommitted/                                 what a crash left behind; safe to delete
"""
