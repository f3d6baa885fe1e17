"""Three simpler rules for dead links, and what each would have seen on the scripted web.

They ask more, or less, than we do of one answer, so what they see is taken from the script::

    naive               any failed check is dead, any other is alive
    lychee              as shipped: 100..=103 and 200..=299 after redirects are alive, all else an
                        error (lychee 0.24: `--accept`, certificates are checked)
    InternetArchiveBot  its checker (wikimedia/DeadlinkChecker): 400 to 599, an address that ends at
                        the host's root or says 404, and curl's errors (certificates are not
                        checked); dead after three failures in a row, each 3 days after the last
"""

from typing import Literal, NamedTuple

from support.scripted_year import Source, Year

__all__ = ["Answer", "Rule", "answer_of", "fails"]

Rule = Literal["naive", "lychee", "InternetArchiveBot"]
_ERROR = 0


class Answer(NamedTuple):
    """What an address answers to whoever asks: the last status (0: none), the error, the last path."""

    status: int
    error: str = ""
    is_root: bool = False


def answer_of(year: Year, source: Source, night: int) -> Answer:
    """Return what a plain request for a source met that night."""
    trouble = year.trouble(source.host, night)
    if trouble in {"503", "503_later"}:
        return Answer(503)
    if trouble == "429":
        return Answer(429)
    condition = source.condition(night)
    if trouble == "tls_expired":
        return Answer(_ERROR, "tls")
    if trouble is not None and trouble != "robots_500":
        return Answer(_ERROR, trouble)
    if condition == "nxdomain":
        return Answer(_ERROR, condition)
    is_root = condition == "to_home"
    return Answer(
        {"404": 404, "410": 410, "hidden_404": 404, "blocked_403": 403}.get(condition, 200),
        "",
        is_root,
    )


def fails(rule: Rule, answer: Answer) -> bool:
    """Tell whether an answer counts against a link."""
    match rule:
        case "lychee":
            is_accepted = 100 <= answer.status <= 103 or 200 <= answer.status <= 299
            return bool(answer.error) or not is_accepted
        case "InternetArchiveBot":
            # its curl does not check certificates (CURLOPT_SSL_VERIFYPEER is false)
            has_error = bool(answer.error) and answer.error != "tls"
            return has_error or 400 <= answer.status < 600 or answer.is_root
        case "naive":
            return bool(answer.error) or answer.status >= 400
