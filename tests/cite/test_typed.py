"""An address as somebody types it: mended as in a note, or nothing."""

import pytest

from provenance.cite.typed import read_typed_url

PAGE = "https://www.thecable.example/baga-market"


@pytest.mark.parametrize(
    "typed",
    [
        PAGE,
        f"{PAGE}.",
        f"{PAGE};",
        f"{PAGE})",
        f"{PAGE}”",
        f"{PAGE}%20",
        f"<{PAGE}>",
        f"“{PAGE},”",
        "https://www.thecable dot example/baga-market",
        "www.thecable dot example/baga-market",
        "www.thecable[.]example/baga-market",
        "hxxps://www.thecable.example/baga-market",
        "ttps://www.thecable.example/baga-market",
        f"  {PAGE}\n",
    ],
)
def test_every_spelling_of_an_address_means_the_address(typed: str) -> None:
    assert read_typed_url(typed) == (PAGE,)


def test_an_archives_copy_means_the_page_too() -> None:
    copy = "https://web.archive.org/web/2023/https://mnjtf.example/press/closed"
    assert read_typed_url(copy) == (copy, "https://mnjtf.example/press/closed")


@pytest.mark.parametrize(
    "typed",
    ["", "dot", "a sentence with https://a.example/x in it", f"{PAGE} {PAGE}", "12", "x:12"],
)
def test_what_is_no_address_is_none(typed: str) -> None:
    assert read_typed_url(typed) == ()
