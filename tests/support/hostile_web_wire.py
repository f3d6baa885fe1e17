"""The catalogue's first part: bytes. Each is one answer to one GET, whatever it says."""

import gzip
import itertools
import zlib
from collections.abc import Iterable

from support.hostile_web import BODY, CHUNKED, HTML, OK, TITLE, Behaviour, Reply, expect
from support.web import Asked, Close, Part, Reset, page

__all__ = ["ENCODINGS", "FRAMING", "HEADS", "SLOW"]

OF_BODY = f"Content-Length: {len(BODY)}\r\n".encode()
WHOLE = OF_BODY + b"\r\n" + BODY


def says(name: str, sentence: str, reply: Reply, ends: str = "ok", **more: object) -> Behaviour:
    """Return a behaviour that is one answer; what is kept of an `ok` is the body, if not told otherwise."""
    outcome, rule = expect(ends)
    if rule == "ok":
        more = {"body": BODY} | more
    return Behaviour(name, sentence, outcome, rule, {"/reports/x": reply}, **more)  # type: ignore[arg-type]


def chunk(data: bytes) -> bytes:
    """Return a chunk of the chunked coding."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def forever(*parts: Part, start: bytes = b"") -> Reply:
    """Say the start once and the parts for ever."""

    def reply(asked: Asked) -> Iterable[Part]:
        return itertools.chain([start], itertools.cycle(parts))

    return reply


END = b"0\r\n\r\n"
PROTOCOL = "temporary/protocol"
RESET = "temporary/reset"
BROKEN_OFF = {"truncated": "disconnect"}
KB = b"x" * 1000

FRAMING: tuple[Behaviour, ...] = (
    says("plain_page", "A page with a Content-Length.", OK + HTML + WHOLE, title=TITLE),
    says("chunked", "A page in chunks.", CHUNKED + chunk(BODY[:9]) + chunk(BODY[9:]) + END),
    says("until_close", "No length: the page ends with the connection.", [OK + HTML + b"\r\n" + BODY, Close()]),
    says("http_1_0", "An answer of HTTP/1.0, ended by the connection.",
         [b"HTTP/1.0 200 OK\r\n" + HTML + b"\r\n" + BODY, Close()]),
    says("length_too_long", "Content-Length promises more than comes.",
         [OK + HTML + b"Content-Length: 99999\r\n\r\n" + BODY, Close()], **BROKEN_OFF),
    says("length_too_short", "Bytes follow behind the announced end.", OK + HTML + WHOLE + b"<title>Not this</title>"),
    says("length_negative", "Content-Length: -1.", OK + b"Content-Length: -1\r\n\r\nx", PROTOCOL),
    says("length_with_plus", "Content-Length: +1, which some parsers read.", OK + b"Content-Length: +1\r\n\r\nx", PROTOCOL),
    says("length_no_number", "Content-Length in hexadecimal.", OK + b"Content-Length: 0x10\r\n\r\nx", PROTOCOL),
    says("length_overflow", "A Content-Length that fits no integer.",
         OK + b"Content-Length: 99999999999999999999999\r\n\r\nx", PROTOCOL),
    says("length_empty", "A Content-Length that says nothing.", [OK + HTML + b"Content-Length: \r\n\r\n" + BODY, Close()]),
    says("lengths_differ", "Two Content-Lengths that differ.",
         OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy", PROTOCOL),
    says("lengths_equal", "The same Content-Length twice.", OK + HTML + OF_BODY + WHOLE),
    says("length_list", "Content-Length: n, n in one line.",
         OK + HTML + f"Content-Length: {len(BODY)}, {len(BODY)}\r\n\r\n".encode() + BODY),
    says("length_and_chunked", "Content-Length beside chunked: smuggling's favourite.",
         OK + HTML + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(BODY) + END),
    says("chunked_with_space_in_name", "`Transfer-Encoding : chunked`, which some do not see.",
         OK + HTML + b"Transfer-Encoding : chunked\r\n\r\n" + chunk(BODY) + END),
    says("chunked_last_of_two", "Transfer-Encoding: identity, chunked.",
         OK + HTML + b"Transfer-Encoding: identity, chunked\r\n\r\n" + chunk(BODY) + END),
    says("transfer_coding_unknown", "A transfer coding that nobody knows: until the end.",
         [OK + HTML + b"Transfer-Encoding: x-own\r\n\r\n" + BODY, Close()]),
    says("chunk_size_no_number", "A chunk's size is no number.", CHUNKED + b"zz\r\n", PROTOCOL),
    says("chunk_size_negative", "A chunk's size is negative.", CHUNKED + b"-5\r\nhello\r\n", PROTOCOL),
    says("chunk_size_overflow", "A chunk of more bytes than integers hold.", CHUNKED + b"fffffffffffffffff\r\nx", PROTOCOL),
    says("chunk_size_prefix", "A chunk's size as `0x5`.", CHUNKED + b"0x5\r\nhello\r\n", PROTOCOL),
    says("chunk_size_spaces", "Spaces behind a chunk's size.",
         CHUNKED + f"{len(BODY):x}  \r\n".encode() + BODY + b"\r\n" + END),
    says("chunk_bad_in_the_middle", "Garbage where the second chunk's size should be.",
         CHUNKED + chunk(BODY) + b"garbage\r\n", **BROKEN_OFF),
    says("chunk_longer_than_said", "A chunk holds more than its size says.",
         CHUNKED + f"{len(BODY):x}\r\n".encode() + BODY + b"more\r\n" + END, **BROKEN_OFF),
    says("chunks_without_end", "The connection ends before the last chunk.",
         [CHUNKED + chunk(BODY), Close()], **BROKEN_OFF),
    says("chunk_trailers", "Headers behind the last chunk.", CHUNKED + chunk(BODY) + b"0\r\nX-Sum: 1\r\n\r\n"),
    says("chunk_extensions", "Extensions behind a chunk's size.",
         CHUNKED + f"{len(BODY):x};a=b;c=\"d\"\r\n".encode() + BODY + b"\r\n" + END),
    says("chunks_of_one_byte", "Every chunk is one byte.", CHUNKED + b"".join(chunk(bytes([b])) for b in BODY) + END),
    says("chunk_lines_end_in_lf", "Chunks with bare line feeds: the body is read, and its end not seen (llhttp).",
         CHUNKED + f"{len(BODY):x}\n".encode() + BODY + b"\n0\n\n", truncated="time"),
    says("extra_bytes_between_answers", "An answer that nobody asked for stands behind the last one (response smuggling).",
         OK + HTML + WHOLE)._replace(routes={
             "/robots.txt": page("", "404 Not Found") + page("<title>Smuggled</title>"), "/reports/x": OK + HTML + WHOLE}),
    says("no_content_with_body", "204 with a body all the same.", b"HTTP/1.1 204 No Content\r\n\r\n<p>body", "temporary/soft_404_suspected",
         body=b""),
    says("not_modified_unasked", "304 to a question without condition, with a body.",
         b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nbody", "temporary/status_other", body=b""),
    says("reset_content", "205 with a body.", b"HTTP/1.1 205 Reset Content\r\n" + HTML + WHOLE),
    says("body_ends_in_reset", "TCP reset in the middle of the body.",
         [OK + HTML + b"Content-Length: 99999\r\n\r\n" + BODY, 0.1, Reset()], **BROKEN_OFF),
)  # fmt: skip

HEADS: tuple[Behaviour, ...] = (
    says("no_reason", "A status line without a reason.", b"HTTP/1.1 200\r\n" + HTML + WHOLE),
    says("weird_reason", "A reason in raw bytes.", b"HTTP/1.1 200 \xe9\xff\x00 \r\n" + HTML + WHOLE),
    says("lf_only", "Lines end in LF alone.", (OK + HTML + OF_BODY).replace(b"\r", b"") + b"\n" + BODY),
    says("cr_only", "Lines end in CR alone: the head never ends.",
         [(OK + HTML + WHOLE).replace(b"\r\n", b"\r"), Close()], RESET),
    says("folded_header", "A header folded over two lines.", OK + HTML + b"X-A: 1\r\n  2\r\n" + WHOLE),
    says("nul_in_header", "NUL in a header's value.", OK + HTML + b"X-A: \x00\r\n" + WHOLE),
    says("eight_bit_header", "UTF-8 and Latin-1 in one header.", OK + HTML + b"X-A: \xc3\xa9\xe9\r\n" + WHOLE),
    says("line_without_colon", "A line that is no header.", OK + HTML + b"nonsense\r\n" + WHOLE),
    says("header_without_name", "A header whose name is empty.", OK + HTML + b": x\r\n" + WHOLE),
    says("space_in_header_name", "A space in a header's name.", OK + HTML + b"Bad Name: x\r\n" + WHOLE),
    says("two_content_types", "Two Content-Types: the first is read.", OK + HTML + b"Content-Type: image/png\r\n" + WHOLE, title=TITLE),
    says("many_headers", "Three hundred headers, within the cap.",
         OK + HTML + b"".join(b"X-%d: y\r\n" % n for n in range(300)) + WHOLE),
    says("endless_headers", "Headers without end.", forever(b"X-A: y\r\n" * 100, start=OK), PROTOCOL),
    says("one_long_header", "One header line without end.", forever(KB, start=OK + b"X-A: "), PROTOCOL),
    says("long_status_line", "A reason without end.", forever(KB, start=b"HTTP/1.1 200 "), PROTOCOL),
    says("cookie_flood", "Two hundred cookies.",
         OK + HTML + b"".join(b"Set-Cookie: a%d=b\r\n" % n for n in range(200)) + WHOLE),
    says("interim_103", "103 Early Hints before the answer.", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + HTML + WHOLE),
    says("interim_100", "100 Continue that nobody waited for.", b"HTTP/1.1 100 Continue\r\n\r\n" + OK + HTML + WHOLE),
    says("interim_flood", "100 Continue without end.", forever(b"HTTP/1.1 100 Continue\r\n\r\n"), PROTOCOL),
    says("interim_only", "103 and then the end.", [b"HTTP/1.1 103 Early Hints\r\n\r\n", Close()], RESET),
    says("switching_protocols", "101 that nobody asked for.", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", PROTOCOL),
    says("http_0_9", "HTTP/0.9: a body and no head.", [BODY, Close()], PROTOCOL),
    says("http_2_frames", "HTTP/2: a SETTINGS frame.", b"\x00\x00\x00\x04\x00\x00\x00\x00\x00", PROTOCOL),
    says("http_2_status_line", "A status line of HTTP/2.0.", b"HTTP/2.0 200 OK\r\n" + HTML + WHOLE, PROTOCOL),
    says("http_1_9", "A status line of HTTP/1.9: read as 1.1 (RFC 9110, section 2.5).", b"HTTP/1.9 200 OK\r\n" + HTML + WHOLE),
    says("lower_case_version", "`http/1.1`.", b"http/1.1 200 OK\r\n" + HTML + WHOLE, PROTOCOL),
    says("ssh_banner", "An SSH server, which then waits.", [b"SSH-2.0-OpenSSH_9.2\r\n", 30.0], PROTOCOL),
    says("smtp_banner", "A mail server, which then waits.", [b"220 mail.test ESMTP\r\n", 30.0], PROTOCOL),
    says("icy", "A radio: `ICY 200 OK`.", b"ICY 200 OK\r\n\r\n", PROTOCOL),
    says("blank_line_first", "An empty line before the status line.", b"\r\n" + OK + HTML + WHOLE, PROTOCOL),
    says("status_000", "Status 000.", b"HTTP/1.1 000 Nothing\r\n\r\n", PROTOCOL),
    says("status_1000", "Status 1000.", b"HTTP/1.1 1000 Much\r\n\r\n", PROTOCOL),
    says("status_two_digits", "Status 20.", b"HTTP/1.1 20 OK\r\n\r\n", PROTOCOL),
    says("status_no_number", "A status in letters.", b"HTTP/1.1 OK\r\n\r\n", PROTOCOL),
    says("close_at_once", "The question is read, and the connection closed.", [Close()], RESET),
    says("close_in_head", "The connection ends in the head.", [OK + b"Content-", Close()], RESET),
    says("reset_at_once", "TCP reset in place of an answer.", [Reset()], RESET),
    says("reset_in_head", "TCP reset in the head.", [OK + b"Content-", 0.1, Reset()], RESET),
    says("keep_alive_lie", "Keep-alive is promised, and the connection closed.", OK)._replace(
        body=BODY, routes={"/robots.txt": [page("", "404 Not Found", Connection="keep-alive"), Close()],
                           "/reports/x": OK + HTML + WHOLE}),
    says("keep_alive_reset", "Keep-alive is promised, and the connection reset.", OK)._replace(
        body=BODY, routes={"/robots.txt": [page("", "404 Not Found", Connection="keep-alive"), 0.05, Reset()],
                           "/reports/x": OK + HTML + WHOLE}),
)  # fmt: skip

SLOW: tuple[Behaviour, ...] = (
    says("silence", "The question is read and never answered.", [30.0], "temporary/timeout"),
    says("dripping_head", "A byte of the head every tenth of a second.",
         forever(b"x", 0.1, start=OK + b"X-A: "), "temporary/timeout"),
    says("dripping_headers", "A whole header every tenth of a second.",
         forever(b"X-A: b\r\n", 0.1, start=OK), "temporary/timeout"),
    says("dripping_interim", "100 Continue every quarter of a second.",
         forever(b"HTTP/1.1 100 Continue\r\n\r\n", 0.25), "temporary/timeout"),
    says("dripping_body", "A byte of the body every tenth of a second.",
         forever(b"x", 0.1, start=OK + HTML + b"\r\n" + BODY), truncated="time", body=None),
    says("dripping_body_with_length", "A body of known length that stops short and keeps silent.",
         [OK + HTML + b"Content-Length: 99999\r\n\r\n" + BODY, 30.0], truncated="time"),
    says("dripping_chunks", "A chunk of one byte every tenth of a second.",
         forever(chunk(b"x"), 0.1, start=CHUNKED + chunk(BODY)), truncated="time", body=None),
    says("dripping_chunk_size", "A chunk's size, digit by digit.",
         forever(b"0", 0.1, start=CHUNKED + chunk(BODY)), truncated="time"),
    says("endless_body", "A body without end, as fast as it goes.",
         forever(KB, start=OK + HTML + b"\r\n" + BODY), truncated="length", body=None),
    says("endless_chunks", "Chunks without end.", forever(chunk(KB), start=CHUNKED + chunk(BODY)), truncated="length", body=None),
    says("endless_length", "Ten gigabytes are announced, and come.",
         forever(KB, start=OK + HTML + b"Content-Length: 10000000000\r\n\r\n" + BODY), truncated="length", body=None),
    says("endless_chunk_extension", "An extension of the first chunk without end.",
         forever(KB, start=CHUNKED + b"5;a="), PROTOCOL),
    says("endless_trailers", "Headers behind the last chunk, without end.",
         forever(b"X-A: y\r\n" * 100, start=CHUNKED + chunk(BODY) + b"0\r\n"), truncated="length"),
    says("wait_then_page", "Half a second of silence before the page.", [0.5, OK + HTML + WHOLE]),
)  # fmt: skip


def packed(
    name: str, sentence: str, body: bytes, coding: str, *, title: str | None = TITLE
) -> Behaviour:
    """Return a page under a Content-Encoding, which is kept as it came."""
    return says(name, sentence, page(body, Content_Encoding=coding), body=body, title=title)


def in_charset(
    name: str, sentence: str, body: bytes, content_type: str, title: str | None
) -> Behaviour:
    """Return a page that says something of its charset."""
    return says(name, sentence, page(body, Content_Type=content_type), body=body, title=title)


def raw_deflate(data: bytes) -> bytes:
    """Return deflate without the zlib frame that RFC 9110 asks for."""
    squeezer = zlib.compressobj(wbits=-15)
    return squeezer.compress(data) + squeezer.flush()


PACKED = gzip.compress(BODY, mtime=0)
LONG_PACKED = gzip.compress(BODY + b" ".join(b"%d" % (n * n) for n in range(3000)), mtime=0)
BOMB = gzip.compress(BODY + b" " * 20_000_000, mtime=0)
CYRILLIC = "<title>Отчёт</title><p>" + "слово " * 300

ENCODINGS: tuple[Behaviour, ...] = (
    packed("gzip", "gzip as asked for.", PACKED, "gzip"),
    packed("gzip_bomb", "20 kB that inflate to 20 MB.", BOMB, "gzip"),
    packed("gzip_bomb_nested", "A bomb in a bomb: `Content-Encoding: gzip, gzip`.", gzip.compress(BOMB, mtime=0), "gzip, gzip"),
    packed("gzip_members", "Two gzip members, one behind the other.",
           gzip.compress(BODY[:50], mtime=0) + gzip.compress(BODY[50:], mtime=0), "gzip"),
    packed("gzip_empty_members", "Thousands of empty gzip members before the page.",
           gzip.compress(b"", mtime=0) * 3000 + PACKED, "gzip"),
    packed("gzip_with_padding", "Zeros behind the gzip member.", PACKED + b"\0" * 512, "gzip"),
    packed("gzip_cut_short", "The gzip stream ends early.", PACKED[:-60], "gzip"),
    packed("gzip_damaged", "Damaged bytes late in the gzip stream.", LONG_PACKED[:-99] + b"\xff" * 99, "gzip"),
    packed("gzip_declared_plain_sent", "gzip is said, and plain text sent.", BODY, "gzip"),
    packed("gzip_sent_as_deflate", "deflate is said, and gzip sent.", PACKED, "deflate", title=None),
    packed("deflate_zlib", "deflate as RFC 9110 means it.", zlib.compress(BODY), "deflate"),
    packed("deflate_raw", "deflate without its zlib frame.", raw_deflate(BODY), "deflate"),
    packed("brotli_unasked", "Brotli, which was not asked for.", b"\x8b\x02\x80hello\x03", "br", title=None),
    packed("coding_unknown", "A content coding that nobody knows.", BODY, "x-own"),
    packed("codings_many", "Six content codings on one body.", PACKED, ", ".join(["gzip"] * 6), title=None),
    packed("coding_utf_8", "`Content-Encoding: utf-8`, a common mistake.", BODY, "utf-8"),
    in_charset("charset_wrong", "UTF-8 is said, and windows-1251 sent.", CYRILLIC.encode("cp1251"), "text/html; charset=utf-8", None),
    in_charset("charset_in_meta", "The page's own meta element says its charset.",
               b"<meta charset=windows-1251>" + CYRILLIC.encode("cp1251"), "text/html", "Отчёт"),
    in_charset("charset_unknown", "A charset that does not exist.", BODY, "text/html; charset=x-nonsense", TITLE),
    in_charset("bom_against_header", "A UTF-8 BOM under another charset: the BOM is right.",
               b"\xef\xbb\xbf" + CYRILLIC.encode(), "text/html; charset=iso-8859-1", "Отчёт"),
    in_charset("bom_lies", "A UTF-16 BOM on a page in ASCII.", b"\xff\xfe" + BODY, "text/html", None),
    in_charset("nul_in_page", "NULs in the page.", BODY.replace(b"<p>", b"<p>\0\0"), "text/html; charset=utf-8", TITLE),
    in_charset("not_html_at_all", "Binary garbage called text/html.", bytes(range(256)) * 20, "text/html", None),
    in_charset("deep_nesting", "Eighteen thousand nested elements.", BODY + b"<div>" * 18_000, "text/html", TITLE),
    in_charset("type_missing_slash", "A Content-Type that is none.", BODY, "html", None),
)  # fmt: skip
