"""The door to the cage: one `Extract` for every payload, and hostile ones cost nobody else."""

import asyncio
import time

from provenance.formats.ids import sha256_hex
from provenance.link.extractor import Extractor
from provenance.model import Extract
from provenance.settings import ExtractSettings
from support.pdf_builder import a_flate_bomb, a_pdf

Payload = tuple[bytes, str]
PAGE: Payload = (
    b"<html><body><p>Sixteen attacks in Mali.</p><p>More.</p></body></html>",
    "text/html",
)


def extract_all(*payloads: Payload, **changes: float) -> list[Extract]:
    settings = ExtractSettings(**{"workers": 1, **changes})  # type: ignore[arg-type]

    async def run() -> list[Extract]:
        async with Extractor(settings) as extractor:
            jobs = (
                extractor.extract(data, type_, "https://a.example/") for data, type_ in payloads
            )
            return await asyncio.gather(*jobs)

    return asyncio.run(run())


def test_many_payloads_at_once_get_their_own_texts() -> None:
    pages = [
        (b"<html><p>Page %d.</p><p>x</p></html>" % number, "text/html") for number in range(20)
    ]
    texts = [extract.text for extract in extract_all(*pages, workers=2)]
    assert texts == [f"Page {number}.\nx" for number in range(20)]


def test_a_bomb_in_a_pdf_ends_as_memory_and_the_next_payload_is_read() -> None:
    bomb = a_flate_bomb(440_000_000)
    assert len(bomb) < 1_200_000
    # less than it inflates to: PDFium aborts the child at once
    refused, page = extract_all((bomb, "application/pdf"), PAGE, memory_bytes=600_000_000)
    assert (refused.text, refused.reason) == ("", "memory")
    assert page.text == "Sixteen attacks in Mali.\nMore."


def test_nested_divs_end_in_time_with_text_or_a_reason() -> None:
    nested = b"<html>" + b"<div>" * 900_000 + b"deep words"
    begun_s = time.monotonic()
    (found,) = extract_all((nested, "text/html"), timeout_s=15)
    # a guard against a hang, not a measure: 2 s where nothing else runs
    assert time.monotonic() - begun_s < 60
    assert found.text == "deep words" or found.reason in {"timeout", "memory"}


def test_what_takes_too_long_is_timed_out_and_the_next_payload_is_read() -> None:
    slow = b"<html><p>" + b"<!--" * 500_000  # quadratic in the standard library's parser
    refused, page = extract_all((slow, "text/xml"), PAGE, timeout_s=1.0)
    assert (refused.text, refused.reason) == ("", "timeout")
    assert refused.text_sha256 == sha256_hex(b"")
    assert page.text


def test_broken_and_unsupported_payloads_carry_their_reason() -> None:
    cut = a_pdf(["Some text."])[:300]
    reasons = [
        extract.reason
        for extract in extract_all((b"", ""), (cut, "application/pdf"), (b"GIF89a", "image/gif"))
    ]
    assert reasons[0] == "empty body"
    assert (reasons[1] or "").startswith("no readable PDF")
    assert reasons[2] == "unsupported type image/gif"


def test_the_parent_does_not_import_the_extractors_libraries() -> None:
    import subprocess
    import sys

    code = (
        "import sys, provenance.link.extractor; "
        "print([m for m in ('trafilatura', 'pypdfium2', 'lxml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
