"""The pages of the scripted year: what stands at an address under each condition, furniture and all.

Texts are composed from a seed: the same page says the same every night, but for its furniture
(dates, "most read"), which is another each night, and for what its condition does to it.
"""

import functools
import random

from support.scripted_year import Condition, Host, Source

__all__ = ["claim_of", "copy_text", "front_page", "page_of", "passage_of", "title_of"]

_WHO = ("The guild", "The lock keeper", "A barge master", "The parish clerk", "The toll farmer",
        "The wardens", "A carrier", "The assembly", "The ferryman", "The steward")  # fmt: skip
_DID = ("recorded", "petitioned against", "measured", "repaired", "described", "inherited",
        "auctioned", "surveyed", "defended", "abandoned", "extended", "inspected")  # fmt: skip
_WHAT = ("the eastern weir", "seven mooring posts", "an older tariff", "the flooded meadow",
         "two gravel boats", "the chained gate", "a stone causeway", "the winter crossings",
         "several grain barges", "the ledger of fines", "an oak landing stage", "the eel traps",
         "a narrow towpath", "the market quay", "the lower sluice", "three draught horses")  # fmt: skip
_WHEN = ("before the thaw", "after the long drought", "during Lent", "at the autumn fair",
         "under the old charter", "while the bridge was closed", "in the year of the flood",
         "without any notice", "against the advice of the surveyor", "for a second time",
         "by candlelight", "in front of witnesses")  # fmt: skip
_GOODS = ("cart", "barge", "raft", "wagon", "punt", "hay boat", "lighter", "packhorse")
_CASINO = ("Spin the lucky reels tonight and claim your welcome bonus without any deposit. "
           "Live roulette, poker tables, jackpots and free tickets wait for new players. "
           "Fast payouts, friendly dealers, mobile betting, odds on football and tennis. ")  # fmt: skip
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip


def title_of(source: Source) -> str:
    """Return the headline of a source."""
    return f"Of the {_goods(source)} toll at {_place(source)}, no. {source.number}"


def passage_of(source: Source, condition: Condition = "well") -> str:
    """Return the sentence that a claim leans on, as the page has it; empty where it was cut."""
    pence = 11 + source.number * 7 % 80
    who, year = f"The crossing at {_place(source)}", 1840 + source.number % 60
    if condition == "cut":
        return ""
    if condition == "edited":
        pence += 23
    of_each = "for each" if condition == "reworded" else "for a"
    return f"{who} charged {pence} pence {of_each} loaded {_goods(source)} in the spring of {year}."


def claim_of(source: Source) -> str:
    """Return what a document says with this source under it."""
    said = passage_of(source)
    return said.replace("The crossing", "In those days the crossing", 1).replace(
        "in the spring of", "in spring", 1
    )


def page_of(source: Source, condition: Condition, night: int) -> str:
    """Return the HTML of a page that is there."""
    if condition == "hijacked":
        return _html(
            "Lucky Reels Casino",
            "<h1>Lucky Reels</h1>" + f"<p>{_CASINO}</p>" * (1 + source.number % 4),
        )
    seed = source.number + (10**6 if condition == "rewritten" else 0)
    paragraphs = [*_paragraphs(seed)]
    title = (
        title_of(source)
        if condition != "rewritten"
        else f"The wardens of {_place(source)} look back"
    )
    if condition != "rewritten":
        paragraphs[1] = f"{paragraphs[1]} {passage_of(source, condition)}".strip()
    body = (
        f"<article><h1>{title}</h1>"
        + "".join(f"<p>{text}</p>" for text in paragraphs)
        + "</article>"
    )
    return _dressed(source.host, title, body, night)


def teaser_of(source: Source) -> str:
    """Return what a paywall lets strangers see."""
    said = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    first = _paragraphs(source.number)[0].split(". ")[0]
    return _html(
        title_of(source),
        f"{said}<h1>{title_of(source)}</h1><p>{first}.</p><p>Subscribe to read on.</p>",
    )


def login_page(host: Host) -> str:
    """Return the page that asks who we are."""
    form = '<form><input name="name"><input type="password" name="word"><button>Go</button></form>'
    return _html(f"Log in to {_site(host)}", f"<h1>Log in</h1>{form}")


def missing_page(host: Host) -> str:
    """Return the notice that there is no such page."""
    return _html(
        f"Page not found - {_site(host)}",
        "<h1>Page not found</h1><p>The page may have been moved.</p>",
    )


def parked_page(host: Host) -> str:
    """Return what stands where a domain waits for a buyer."""
    return _html(
        host.name, f"<h1>{host.name}</h1><p>This domain is for sale. Make an offer today.</p>"
    )


def refusal_page(host: Host) -> str:
    """Return what a host says to machines that it does not want."""
    return _html(_site(host), "<h1>Forbidden</h1><p>You do not have permission to read this.</p>")


def front_page(host: Host, night: int) -> str:
    """Return the front page of a site, which is another every day."""
    news = "".join(f"<p>{line}</p>" for line in _headlines(host, night, 12))
    return _dressed(
        host, f"{_site(host)}: news of the river", f"<h1>{_site(host)}</h1>{news}", night
    )


def copy_text(source: Source, condition: Condition, night: int) -> str:
    """Return what a web archive kept of an address that answered 200."""
    if condition == "soft_404":
        return missing_page(source.host)
    if condition == "parked":
        return parked_page(source.host)
    if condition == "paywall":
        return teaser_of(source)
    return page_of(source, condition, night)


def _dressed(host: Host, title: str, body: str, night: int) -> str:
    """Put a body between a site's furniture."""
    full = f"{title} - {_site(host)}"
    if host.furniture == "none":
        return _html(full, body)
    day = f"{_MONTHS[night // 30 % 12]} {night % 28 + 1}, {15 + night % 9} degrees"
    read = "".join(f"<li>{line}</li>" for line in _headlines(host, night, 5))
    if host.furniture == "marked":
        head = f"<header>{_site(host)} {day}</header><nav>Home Tolls Barges Fords</nav>"
        return _html(full, f"{head}<main>{body}</main><aside><h2>Most read</h2><ul>{read}</ul></aside>"
                           f"<footer>{1000 + night * 37} readers so far</footer>")  # fmt: skip
    return _html(full, f"<div>{_site(host)}</div><div>{day}</div>{body}<div>Most read</div><ul>{read}</ul>"
                       f"<div>{1000 + night * 37} readers so far</div>")  # fmt: skip


def _html(title: str, body: str) -> str:
    return f'<!doctype html><html lang="en"><head><title>{title}</title></head><body>{body}</body></html>'


@functools.lru_cache(maxsize=4096)
def _paragraphs(seed: int) -> tuple[str, ...]:
    chance = random.Random(seed)
    long = chance.choice((3, 5, 5, 7))
    return tuple(
        " ".join(_sentence(chance) for _ in range(chance.randint(5, 8))) for _ in range(long)
    )


def _sentence(chance: random.Random) -> str:
    said = f"{chance.choice(_WHO)} {chance.choice(_DID)} {chance.choice(_WHAT)}"
    return f"{said} and {chance.choice(_DID)} {chance.choice(_WHAT)} {chance.choice(_WHEN)}."


@functools.lru_cache(maxsize=2048)
def _headlines(host: Host, night: int, count: int) -> tuple[str, ...]:
    chance = random.Random(f"{host.name} {night}")
    return tuple(f"{chance.choice(_WHO)} {chance.choice(_DID)} {chance.choice(_WHAT)} on day {night}"
                 for _ in range(count))  # fmt: skip


def _site(host: Host) -> str:
    return f"The {host.name.partition('.')[0].capitalize()} Gazette"


def _place(source: Source) -> str:
    return f"{source.host.name.partition('.')[0].capitalize()} Reach {source.number}"


def _goods(source: Source) -> str:
    return _GOODS[source.number % len(_GOODS)]
