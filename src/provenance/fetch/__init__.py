"""A source in, a `Visit` out: guarded, polite, bounded; then a `Verdict` on what was seen.

::

    Fetcher.visits   rounds.py     one queue per host, each URL once
    Fetcher.fetch    fetcher.py    attempts, and the walk from hop to hop (walk.py, cookies.py)
      guard.py       may this URL, this address be reached?
      robots.py      does the host want it?
      gate.py        whose turn is it, and when? (policy.py has the numbers)
      transport.py   route.py (resolve.py) -> pool.py -> connection.py (head.py) -> Exchange
    observe          classify.py   a table of rules over signs.py -> Verdict
"""
