"""Where httpcore reads an answer otherwise than we do, and why."""

__all__ = ["DIFFERENCES"]

_HALF = "httpcore throws away the half of a body; we keep it and say so: WARC-Truncated has a place for it."
_TIME = "httpcore has a deadline for each read and none for the whole: it reads for ever."
_CAP = "httpcore has no cap on a body: the test stops it."
_LENIENT = "h11 refuses the whole answer for one header; browsers read it, and so do we."

DIFFERENCES: dict[str, str] = {
    "length_too_long": _HALF,
    "chunk_bad_in_the_middle": _HALF,
    "chunk_longer_than_said": _HALF,
    "chunks_without_end": _HALF,
    "body_ends_in_reset": _HALF,
    "endless_trailers": _HALF,
    "chunk_lines_end_in_lf": "h11 reads no chunk that ends in LF alone; llhttp reads all but the last one's end.",
    "dripping_body": _TIME,
    "dripping_body_with_length": _TIME,
    "dripping_chunks": _TIME,
    "dripping_chunk_size": _TIME,
    "endless_body": _CAP,
    "endless_chunks": _CAP,
    "endless_length": _CAP,
    "length_empty": _LENIENT,
    "weird_reason": _LENIENT,
    "nul_in_header": _LENIENT,
    "line_without_colon": _LENIENT,
    "header_without_name": _LENIENT,
    "space_in_header_name": _LENIENT,
    "chunked_with_space_in_name": "h11 refuses a space before the colon; we see the coding, as browsers do: "
    "no second parser stands between the server and us.",
    "chunked_last_of_two": "h11 knows chunked alone; RFC 9112, section 6.1, allows codings before it.",
    "transfer_coding_unknown": "h11 refuses it; RFC 9112, section 6.3, reads until the connection ends.",
    "http_2_status_line": "h11 reads any version; HTTP/2.0 in the syntax of HTTP/1 is neither.",
}
