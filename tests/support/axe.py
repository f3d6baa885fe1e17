"""What axe-core finds on a page: serious and critical only."""

from pathlib import Path
from typing import Any

import pytest

__all__ = ["serious_findings"]


def serious_findings(page: Any, *, with_frames: bool = True) -> list[Any]:
    """Run axe beside the page's own policy, which forbids eval; skip where it is not installed."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    page.evaluate(Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        "(iframes) => axe.run(document, {resultTypes: ['violations'], iframes})", with_frames
    )
    return [
        (each["id"], [node["target"] for node in each["nodes"]][:3])
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
    ]
