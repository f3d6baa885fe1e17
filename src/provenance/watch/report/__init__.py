"""The report of a night in every form that somebody reads: text, Markdown, HTML, Atom, SARIF, metrics. PURE.

Each form is one function over a `NightReport`. Those for people are made of the same items
(`items.fold`): what many sources of a host met is one of them, and each says what to do.
"""
