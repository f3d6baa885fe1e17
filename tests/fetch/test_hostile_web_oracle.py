"""Our transport beside httpcore on the whole hostile web: the same reading, or a reason."""

from typing import Any

import pytest
import trustme

from support.oracle import ASKED, Read, agree, read_both
from support.oracle_differences import DIFFERENCES
from support.web import run

Pairs = dict[str, tuple[Read, Read]]


@pytest.fixture(scope="module", params=["tcp", "tls"])
def pairs(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Pairs:
    """Put every answer to both, once over TCP and once over TLS."""
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("oracle") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    found: Pairs = {}

    async def main() -> None:
        found.update(await read_both(ca, str(path), tls=request.param == "tls"))

    run(main())
    return found


def test_both_read_the_same_or_the_difference_has_its_reason(pairs: Pairs) -> None:
    others = {name: pair for name, pair in pairs.items() if not agree(*pair)}
    assert {name: pair for name, pair in others.items() if name not in DIFFERENCES} == {}


def test_no_reason_outlives_its_difference(pairs: Pairs) -> None:
    assert [name for name in DIFFERENCES if agree(*pairs[name])] == []


def test_enough_is_put_to_both(pairs: Pairs) -> None:
    assert set(pairs) == set(ASKED)
    assert len(pairs) > 150
    read_by_both = [ours for ours, theirs in pairs.values() if ours.end == theirs.end == "whole"]
    assert len(read_by_both) > 100
