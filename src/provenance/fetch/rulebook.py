"""The decision table as a page for people: docs/rules-of-verdicts.md is made of it. PURE."""

from typing import get_args

from provenance.fetch.classify import OUTCOME_OF_FAILURE, RULE_SET_VERSION, RULES
from provenance.model import FailureKind

__all__ = ["render_rules"]

_HEAD = """# The rules of verdicts

Made from the decision table (`provenance.fetch.classify.RULES`): the first row that applies decides. Rule set {version}.

What one look at a source can see: `ok` · `gone` · `temporary` · `blocked` · `wall` · `not_checkable`. Only `gone` is a
strike, and only `ok` is a capture. Each verdict is stored with the rule's name and version, and with the facts that it was
made of, so that `provenance rejudge` can judge it again by later rules.
"""
_FAILURES = """
## There is no answer

| failure | outcome |
|---|---|
"""
_ROWS = """
## There is an answer

*Reads* says what a row looks at: the address and head of the answer, or the page too.

| | rule | outcome | reads | version | why |
|---|---|---|---|---|---|
"""
_TAIL = """
An `ok` page that left its registrable domain, is smaller than 2 KB or lost every word of its title, and shares under a tenth
of its words with the copy that claims lean on, is `drifted` with the reason `hijacked?`, until its text was read.

Two signs of a missing page are needed, or one and a changed title. One of the signs is a random path beside the cited one that
gives nearly the same page: it is asked for only where another sign was seen, once a host and day, and is archived.
"""


def render_rules() -> str:
    """Return the table as Markdown, one line a row."""
    failures = "".join(
        f"| `{kind}` | {OUTCOME_OF_FAILURE[kind]} |\n" for kind in get_args(FailureKind)
    )
    rows = "".join(
        f"| {number} | `{rule.name}` | {rule.outcome} | {rule.reads} | {rule.version} | {rule.why} |\n"
        for number, rule in enumerate(RULES, 1)
    )
    last = f"| {len(RULES) + 1} | `ok` | ok | page | 1 | None of these. |\n"
    head = _HEAD.format(version=RULE_SET_VERSION)
    return f"{head}{_FAILURES}{failures}{_ROWS}{rows}{last}{_TAIL}"
