"""A source in, a `Visit` out: guarded, polite, bounded; then a `Verdict` on what was seen.

::

    Fetcher.visits   rounds.py     one queue per host, each URL once (shards.py: over processes)
    Fetcher.fetch    fetcher.py    attempts, and the walk from hop to hop (walk.py, cookies.py)
    Fetcher.check                  a cheap look: HEAD, then GET where that settles nothing (again.py)
      asking.py      one request, and what its answer asks of us
        guard.py     may this URL, this address be reached?
        robots.py    does the host want it?
        gate.py      whose turn is it, and when? (policy.py has the numbers, board.py other processes')
        transport.py route.py (resolve.py) -> pool.py (race.py) -> connection.py (head.py, budget.py) -> Exchange
    observe          classify.py   a table of rules over signs.py -> Verdict
"""
