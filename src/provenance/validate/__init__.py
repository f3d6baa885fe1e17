"""A document in, findings out: what an editor should know before it is published.

    rule, rules/     one rule: its code, its check, its page (the docstring of its module); one file each
    draft            a parsed document as the rules see it, with what is known of its sources
    house*           the house style: levels, sections, hosts, waivers
    engine           Draft -> DraftFinding, ...; how bad each is (levels), what is let pass (waivers, suppress)
    fix/             findings -> the mended file
    report/          findings -> what editors, editors' tools and CI read
    compare*         two readings of a draft -> what changed

What several rules ask of a draft is worked out once, in a module of its own: numbers of notes (numbering,
cut_list, mistyped, near_markers), addresses as written (addresses, redirectors, moved), words about
works (descriptions, spellings, date_styles, late_dates), state of sources (source_state, ages),
claims against texts (support, amounts).

PURE but for `knowledge` (it reads the store): whoever reads files and looks at live
sources is `pipeline/`.
"""
