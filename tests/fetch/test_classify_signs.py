"""How signs are joined in a row of the table, and in which words a row gives its reason."""

import pytest

from provenance.fetch.classify import RULES
from provenance.fetch.rule import Sign, all_of, any_of, header, status, two_of
from provenance.fetch.seen import Known, Seen, read_seen
from provenance.model import Failure, Verdict, Visit
from support.looks import AT, a_look, judged


def seen(status_seen: int = 200, **headers: str) -> Seen:
    found = read_seen(a_look(status=status_seen, **headers), None, Known())
    assert found is not None
    return found


def says(reason: str | None) -> Sign:
    return lambda at: reason if at.last.status == 200 else None


def refuses_to_be_asked(_: Seen) -> str | None:
    raise AssertionError("a sign was asked that could decide nothing")


@pytest.mark.parametrize(
    ("reasons", "of_all", "of_two", "of_any"),
    [
        (("a", "b"), "a; b", "a; b", "a"),
        (("a", None), None, None, "a"),
        ((None, "b"), None, None, "b"),
        ((None, None), None, None, None),
        (("a", "b", None), None, "a; b", "a"),
        (("a", "b", "c"), "a; b; c", "a; b; c", "a"),
    ],
    ids=["both", "first", "second", "none", "two-of-three", "three"],
)
def test_signs_are_joined_as_their_names_say(
    reasons: tuple[str | None, ...], of_all: str | None, of_two: str | None, of_any: str | None
) -> None:
    wanted = [says(reason) for reason in reasons]
    assert all_of(*wanted)(seen()) == of_all
    assert two_of(*wanted)(seen()) == of_two
    assert any_of(*wanted)(seen()) == of_any


def test_the_first_sign_that_is_missing_spares_the_others() -> None:
    assert all_of(says(None), refuses_to_be_asked)(seen()) is None
    assert any_of(says("a"), refuses_to_be_asked)(seen()) == "a"


def test_a_status_is_one_of_those_named() -> None:
    sign = status(404, 410)
    assert [sign(seen(code)) for code in (404, 410, 405, 200)] == ["HTTP 404", "HTTP 410", None, None]  # fmt: skip


def test_a_header_is_there_or_has_one_of_the_values_named() -> None:
    there, has = header("x-wall"), header("x-wall", "challenge", "captcha")
    assert (there(seen()), has(seen())) == (None, None)
    assert (there(seen(X_Wall=" Yes ")), has(seen(X_Wall="Yes"))) == ("x-wall: yes", None)
    assert (there(seen(X_Wall=" ")), has(seen(X_Wall=" "))) == (None, None)
    assert has(seen(X_Wall=" Captcha")) == "x-wall: captcha"


def test_a_failure_is_told_in_its_own_words_but_for_those_of_our_own_line() -> None:
    def reason(failure: Failure) -> str:
        return judged(Visit("https://a.test/", AT, (), failure)).reason

    assert reason(Failure("tls", "certificate has expired")) == "tls: certificate has expired"
    assert reason(Failure("timeout")) == "timeout"
    assert reason(Failure("offline", "no route from here")) == "offline"


def test_a_part_is_told_by_its_range_of_eighty_characters_at_most() -> None:
    assert judged(a_look(status=206)).reason == "HTTP 206, no Content-Range"
    long = "bytes 5-9/" + "1" * 90
    assert judged(a_look(status=206, Content_Range=long)).reason == f"HTTP 206, {long[:80]}"


def test_a_look_without_answer_or_failure_is_told_as_such() -> None:
    wanted = Verdict("not_checkable", "no_answer", "neither an answer nor a failure")
    assert judged(Visit("https://a.test/", AT, (), None)) == wanted


def test_a_verdict_bears_the_version_of_the_row_that_made_it() -> None:
    versions = {rule.name: rule.version for rule in RULES}
    assert len(set(versions.values())) > 1
    challenge = a_look("<title>Just a moment...</title><p>Checking your browser", 200)
    for visit in (a_look(status=404), challenge):
        verdict = judged(visit)
        assert (verdict.rule, verdict.rule_version) in versions.items()
    assert judged(challenge).rule_version == versions["challenge_page"] > 1
