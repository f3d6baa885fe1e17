"""A document in, findings out: what an editor should know before it is published.

    rule     one rule: its code, its check, its page (the docstring of its module)
    rules/   the rules themselves, one file each
    draft    a parsed document as the rules see it, with what is known of its sources
    house    the house style: levels, sections, hosts, waivers
    engine   Draft -> DraftFinding, ...
    fix/     findings -> the mended file
    report/  findings -> what editors, editors' tools and CI read

PURE but for `knowledge` (it reads the store): whoever reads files and looks at live
sources is `pipeline/validation.py`.
"""
