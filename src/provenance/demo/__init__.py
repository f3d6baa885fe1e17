"""The sample run: an invented update, and a sample web on loopback that stands in for its sources.

Nothing here pretends: every page says in a visible line that it is a stand-in
made for a demonstration, and the update says that it is invented.
"""
