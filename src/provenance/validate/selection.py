"""Which rules are asked: `--select FN1,FN201 --ignore tracking-parameters`. PURE."""

from collections.abc import Iterable, Sequence

from provenance.errors import UsageError
from provenance.validate.house import nearest_rule
from provenance.validate.rule import Rule

__all__ = ["choose_rules", "find_rule"]


def choose_rules(
    rules: Sequence[Rule], select: Iterable[str], ignore: Iterable[str]
) -> tuple[Rule, ...]:
    """Return the rules that are selected (all where none is named) and not ignored.

    A rule is named by its code, the beginning of its code (`FN1`), or its name.

    Raises:
        UsageError: a name that no rule has.
    """
    chosen = {rule.code for name in select for rule in _named(rules, name)}
    left = {rule.code for name in ignore for rule in _named(rules, name)}
    return tuple(
        rule for rule in rules if (rule.code in chosen or not chosen) and rule.code not in left
    )


def find_rule(rules: Sequence[Rule], name: str) -> Rule:
    """Return the rule of this code or name.

    Raises:
        UsageError: there is none.
    """
    found = next((rule for rule in rules if name.upper() == rule.code or name == rule.name), None)
    if found is None:
        raise _no_rule(rules, name)
    return found


def _named(rules: Sequence[Rule], name: str) -> list[Rule]:
    is_code = name.upper().startswith("FN")
    found = [
        rule
        for rule in rules
        if name == rule.name or (is_code and rule.code.startswith(name.upper()))
    ]
    if not found:
        raise _no_rule(rules, name)
    return found


def _no_rule(rules: Sequence[Rule], name: str) -> UsageError:
    near = nearest_rule(name, (word for rule in rules for word in (rule.code, rule.name)))
    meant = f"; {near} may be meant" if near else ""
    hint = "`provenance validate --rules` lists them"
    return UsageError(f"there is no rule {name}{meant}", hint=hint)
