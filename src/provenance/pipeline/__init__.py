"""The main job: documents in, claims linked to archived sources, every step resumable.

inputs      files, folders, globs, URLs, standard input -> bytes
documents   bytes -> parsed, archived, one journal line, rows
looks       sources -> visits, records, checks and captures
texts       captures -> readable text, found by search
catchup     journal lines that the database has not seen -> rows (also: rebuild)
main_job    all of these in order, on one page: `ingest`
"""
