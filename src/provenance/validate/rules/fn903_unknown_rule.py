"""FN903 unknown-rule: a comment in the document names a rule that is not there.

A comment such as `<!-- provenance: ignore FN107 -->` names a code or a name that no rule has, names none
at all, or says its day in a way that is not understood. `provenance validate --rules` lists the rules.
(In house.toml the same is refused at once, with the line.)

## Why it matters
The comment silences nothing, and whoever wrote it believes that it does.

## Example
```markdown
# A Short Update

By Ada Writer

Two barges were stopped below the ford.[^1]

<!-- provenance: ignore glued-adresses -->
[^1]: https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12
```

## Use instead
```markdown
# A Short Update

By Ada Writer

Two barges were stopped below the ford.[^1]

<!-- provenance: ignore glued-addresses -->
[^1]: https://www.tolls.example/2024/03/bargeshttps://www.fords.example/news/12
```

## Fix
None: only who wrote the comment knows what was meant.
"""

from collections.abc import Iterator

from provenance.validate.draft import Draft
from provenance.validate.house import nearest_rule
from provenance.validate.records import Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    for said in draft.suppressions:
        problems = [said.problem] if said.problem else map(_problem_of, said.rules)
        for problem in filter(None, problems):
            yield Found(
                f"this comment silences nothing: {problem}", said.at, said.at, place=said.place
            )


def _problem_of(word: str) -> str:
    from provenance.validate.rules import all_rules  # which imports this module

    known = {name for rule in all_rules() for name in (rule.code, rule.name)}
    if word in known:
        return ""
    near = nearest_rule(word, known)
    return f"there is no rule {word}" + (f"; {near} may be meant" if near else "")


RULE = Rule("FN903", "unknown-rule", "warning", _check)
