"""The pages and the HTTP API of `provenance serve`.

::

    app.py          make_app(workbench, access): the whole application
    gatekeeper.py   what every request passes first: names, origins, sizes, headers
    access.py       who may come in: tokens (tokens.py) and sessions, none on loopback; guesses.py counts wrong ones
    admission.py    the door itself: says of each request who asks (visitor.py)
    csrf.py         what our own forms carry; demands.py: what a page may demand of who asks
    audit.py        who came in, who was refused, what was written
    connections.py  who keeps others waiting is not waited for
    workbench.py    drafts in, validated and mended drafts out; safe for many threads
    look.py         a validated draft as a page shows it
    rulebook.py     the rules' own pages, as blocks that a template can write
    views.py        templates
    serving.py      from settings to a server that listens
    problems.py     what went wrong, as a page or as JSON (RFC 9457)
    api.py          the JSON API; its paths begin with /api/
    pages/          one module a page
"""
