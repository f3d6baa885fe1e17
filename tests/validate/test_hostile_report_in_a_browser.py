"""The HTML report with every field hostile, in a real browser: nothing runs, nothing is asked for."""

from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="the extra `capture` is not installed")

from playwright.sync_api import sync_playwright

from provenance.fetch.browser import find_chromium
from provenance.settings import CaptureSettings
from provenance.validate.records import Edit, Fix
from provenance.validate.report.html_report import render_html
from provenance.validate.report.records import Unread
from support.reported import GLUED, RULES, changed, reported

CHROMIUM = find_chromium(CaptureSettings())
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

ATTACKS = [
    "</textarea></script></style></title><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)><iframe srcdoc='<script>parent.alert(1)</script>'>",
    "javascript:alert(1)//https://a.example/",
    "data:text/html,<script>alert(1)</script>",
    "https://a.example/' onmouseover='alert(1)' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }} ${7*7} <%= 7 %> \u202e\u2066\x1b[2J\x00",
]


def test_every_field_may_be_hostile(tmp_path: Path) -> None:
    documents = []
    for number, attack in enumerate(ATTACKS):
        text = GLUED.replace("doubled", f"doubled {attack}").replace(
            "/news/12", f"/news/12 {attack}"
        )
        looked_at = reported(text, f"{attack}.txt")
        first = looked_at.findings[0]
        fix = Fix(True, (Edit(0, 5, attack), Edit(3, 9, attack, in_target=True)))
        hostile = {"message": attack, "label": attack, "url": attack, "source_id": attack,
                   "name": attack, "fingerprint": f"{number}{attack}", "fix": fix}  # fmt: skip
        found = [changed(first, **hostile, start=at, end=at + 20) for at in (0, 20, 90)]
        found.append(changed(first, **hostile, standing="waived", reason=attack))
        documents.append(looked_at._replace(findings=found))
    report = tmp_path / "report.html"
    unread = [Unread(attack, attack) for attack in ATTACKS]
    report.write_text(render_html(documents, RULES, unread=unread), encoding="utf-8")
    dialogs: list[str] = []
    asked: list[str] = []
    said: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page()
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(report.as_uri())
        for key in ["j"] * 8 + ["k", "Enter", "?", "Escape"] + ["Tab"] * 30:
            page.keyboard.press(key)
        page.evaluate(
            "for (const one of document.querySelectorAll('*'))"
            " for (const kind of ['mouseover', 'focus', 'click', 'error', 'load'])"
            "  if (one.tagName !== 'A' || kind !== 'click') one.dispatchEvent(new Event(kind))"
        )
        page.wait_for_timeout(300)
        leads = page.evaluate("[...document.links].map(one => one.protocol)")
        browser.close()
    assert dialogs == []
    assert said == []
    assert {each for each in asked if not each.startswith("data:,")} == {report.as_uri()}
    assert set(leads) <= {"file:", "http:", "https:"}
