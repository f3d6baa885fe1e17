"""Which document is this: what a person says, then path, origin, content, then a new one."""

from provenance.store.identity import current_sha256, is_current_version, resolve_document_id
from support.records import a_parsed, on_day
from support.stores import FilledStore

PARSED = a_parsed(origin_url="https://site.example/update")
ORIGIN = "https://site.example/update"
OTHER = "f" * 64


def resolve(
    filled: FilledStore,
    path: str | None = None,
    origin_url: str | None = None,
    sha256: str = OTHER,
    explicit: str | None = None,
) -> tuple[str, bool]:
    return resolve_document_id(
        filled.db, path=path, origin_url=origin_url, sha256=sha256, explicit=explicit
    )


def test_what_a_person_says_comes_first(filled: FilledStore) -> None:
    filled.document(PARSED)
    assert resolve(filled, "/desk/update.txt", explicit="document-nine") == ("document-nine", False)
    assert resolve(filled, explicit="document-one") == ("document-one", True)


def test_then_the_path_then_the_origin_then_the_content(filled: FilledStore) -> None:
    filled.document(PARSED)
    assert resolve(filled, "/desk/update.txt") == ("document-one", True)
    assert resolve(filled, "/desk/elsewhere.txt", ORIGIN) == ("document-one", True)
    assert resolve(filled, "/desk/elsewhere.txt", None, PARSED.document.sha256) == (
        "document-one",
        True,
    )


def test_what_fits_nothing_is_new_and_gets_the_same_id_each_time(filled: FilledStore) -> None:
    filled.document(PARSED)
    made, is_known = resolve(filled, "/desk/new.txt")
    assert (made.startswith("document-"), is_known) == (True, False)
    assert resolve(filled, "/desk/new.txt", sha256="e" * 64)[0] == made
    assert resolve(filled, None, sha256="e" * 64)[0] != made


def test_a_sign_that_fits_two_documents_decides_nothing(filled: FilledStore) -> None:
    filled.document(PARSED, document_id="one", path="/a")
    filled.document(PARSED, document_id="two", path="/b")
    made, is_known = resolve(filled, "/c", ORIGIN, PARSED.document.sha256)
    assert made not in {"one", "two"}
    assert not is_known


def test_another_file_at_a_path_that_a_document_left_is_another_document(
    filled: FilledStore,
) -> None:
    first, _ = resolve(filled, "/desk/a.txt")
    filled.document(PARSED, document_id=first, path="/desk/a.txt")
    reworded = a_parsed(text="Another sentence.[1]", origin_url=ORIGIN)
    filled.document(reworded, document_id=first, path="/desk/b.txt", at=on_day(1))
    second, is_known = resolve(filled, "/desk/a.txt")
    assert second != first
    assert not is_known


def test_a_copy_at_another_path_is_the_same_document_at_both(filled: FilledStore) -> None:
    filled.document(PARSED, document_id="one", path="/desk/a.txt")
    filled.document(PARSED, document_id="one", path="/desk/copy.txt", at=on_day(1))
    for path in ("/desk/a.txt", "/desk/copy.txt"):
        assert resolve(filled, path) == ("one", True)
        sha256 = PARSED.document.sha256
        assert is_current_version(filled.db, "one", path=path, sha256=sha256)


def test_a_line_is_needed_unless_this_content_stands_at_this_path(filled: FilledStore) -> None:
    filled.document(PARSED)
    sha256 = PARSED.document.sha256

    def is_current(path: str | None, sha256: str) -> bool:
        return is_current_version(filled.db, "document-one", path=path, sha256=sha256)

    assert is_current("/desk/update.txt", sha256)
    assert not is_current("/desk/moved.txt", sha256)
    assert not is_current(None, sha256)
    assert not is_current("/desk/update.txt", OTHER)
    assert not is_current_version(filled.db, "nobody", path=None, sha256=sha256)


def test_standard_input_has_no_path_and_is_known_by_its_content(filled: FilledStore) -> None:
    filled.document(PARSED, path=None, origin_url=None)
    sha256 = PARSED.document.sha256
    assert is_current_version(filled.db, "document-one", path=None, sha256=sha256)
    assert resolve(filled, sha256=sha256) == ("document-one", True)
    assert resolve(filled) != ("document-one", True)


def test_two_copies_of_one_file_are_told_once_each_and_then_no_more(filled: FilledStore) -> None:
    sha256 = PARSED.document.sha256
    for path in ("/desk/a.txt", "/desk/copy.txt"):
        assert not is_current_version(filled.db, "document-one", path=path, sha256=sha256)
        filled.document(PARSED, path=path)
    for path in ("/desk/a.txt", "/desk/copy.txt", "/desk/a.txt"):
        assert resolve(filled, path) == ("document-one", True)
        assert is_current_version(filled.db, "document-one", path=path, sha256=sha256)


def test_the_digest_of_the_current_content_is_told(filled: FilledStore) -> None:
    assert current_sha256(filled.db, "document-one") is None
    filled.document(PARSED)
    assert current_sha256(filled.db, "document-one") == PARSED.document.sha256
