"""The same work on many machines: hosts dealt to workers, one writer (docs/scale.md).

Read in this order::

    orders.py    what is said between the one writer and its workers: bytes of msgspec, nothing else
    worker.py    a worker's life: mark, ask, store, in files of its own (keep/spool.py)
    task.py      what the scheduler calls in a worker's process
    book.py      who has which shard, what is left of it, what was in flight           PURE
    pool.py      the scheduler and its workers; the only importer of distributed
    crew.py      the round: deal, read what was stored, fence who was lost, finish     (pipeline/crew.py)
    reading.py   documents parsed by the same workers
"""

__all__: list[str] = []
