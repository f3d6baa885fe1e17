"""Archived pages as people see them: cleaned, marked, and served on an origin of their own.

::

    clean.py     hostile HTML in, a list of harmless tokens out (nh3)
    marking.py   where quoted passages stand among those tokens, and their marks. PURE
    page.py      one payload -> what is shown of it; runs in the cage
    shower.py    asks the cage, keeps what was shown last, signs addresses
    origin.py    the second application: it knows archived pages and nothing else
"""
