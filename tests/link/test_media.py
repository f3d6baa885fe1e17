"""What a payload is: the bytes are asked before the server is believed."""

import pytest

from provenance.link.media import find_media

PAGE = b"<!DOCTYPE html><html><p>x</html>"


@pytest.mark.parametrize(
    ("data", "declared", "kind"),
    [
        (PAGE, "text/html", "html"),
        (PAGE, "", "html"),
        (PAGE, "application/pdf", "html"),
        (PAGE, "text/plain", "html"),
        (b"\xef\xbb\xbf\r\n " + PAGE, "application/octet-stream", "html"),
        (b"<!-- saved --> <html>", "", "html"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x"><html>', "text/xml", "html"),
        (b"just words", "text/html", "html"),
        (b"<html/>", "application/xhtml+xml; charset=utf-8", "html"),
        (b"%PDF-1.7\n", "text/html", "pdf"),
        (b"%PDF-1.7\n", "", "pdf"),
        (b"\r\n\r\n%PDF-1.7\n", "", "pdf"),
        (b"HTTP/1.1 200\r\n%PDF-1.7\n", "application/pdf", "pdf"),
        (b"a text on %PDF-1.7 marks", "text/plain", "text"),
        (b"words", "text/plain; charset=x", "text"),
        (b"words", "", "text"),
        (b"words", "application/octet-stream", "text"),
        (b'{"a": 1}', "application/json", "text"),
        (b'{"a": 1}', "application/activity+json", "text"),
        (b"BMW sold well", "text/plain", "text"),
        (b"<?xml version='1.0'?><rss>", "text/xml", "markup"),
        (b"<rss>", "application/rss+xml", "markup"),
        (b"<rss>", "", "markup"),
    ],
)
def test_what_can_be_read_is_recognised(data: bytes, declared: str, kind: str) -> None:
    assert find_media(data, declared).kind == kind


@pytest.mark.parametrize(
    ("data", "declared", "type_"),
    [
        (b"\x89PNG\r\n\x1a\n..", "text/html", "image/png"),
        (b"\xff\xd8\xff\xe0", "", "image/jpeg"),
        (b"PK\x03\x04", "application/pdf", "application/zip"),
        (b"\x1f\x8b\x08\0", "text/html", "application/gzip"),
        (b"RIFF\0\0\0\0WEBP", "image/png", "image/webp"),
        (b"\0\0\0\x18ftypmp42", "", "video/mp4"),
        (b"BM\x00\x01\x02", "", "image/bmp"),
        (b"whatever", "image/svg+xml", "image/svg+xml"),
        (b"whatever", "video/mp4", "video/mp4"),
        (b"a\0b\1c", "", "application/octet-stream"),
        (b"a", "multipart/related; boundary=x", "multipart/related"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_true_name(
    data: bytes, declared: str, type_: str
) -> None:
    media = find_media(data, declared)
    assert (media.kind, media.type) == ("unsupported", type_)


@pytest.mark.parametrize(
    ("declared", "charset"),
    [
        ("text/html; charset=KOI8-R", "koi8-r"),
        ('text/html;charset="utf-8"', "utf-8"),
        ("text/html", None),
        ("text/html; charset", None),
        ("text/html; charset=\xff\r\nX: y", None),
        (";;;", None),
    ],
)
def test_the_declared_charset_is_handed_on(declared: str, charset: str | None) -> None:
    found = find_media(PAGE, declared).charset
    assert found == charset or (charset is None and found is not None and "\n" not in found)
