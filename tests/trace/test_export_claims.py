"""Claims as annotations and as PROV: copies of every kind, persons' words, and what has no passage."""

import json
from typing import Any

import msgspec
import pytest
from prov.model import ProvDocument as ReadByProv

from provenance.trace.export.annotations import write_annotations
from provenance.trace.export.prov_json import ProvDocument, write_prov_json
from provenance.trace.export.records import Places
from provenance.trace.records import (
    TracedAttachment,
    TracedCapture,
    TracedCitation,
    TracedClaim,
    TracedDocument,
    TracedEvidence,
    TracedMemento,
    TracedReview,
    TracedSource,
    TracedWithdrawal,
)

DESK = Places("https://desk.example")
AT = "2024-03-08T09:00:00.000000Z"
URI_M = "https://web.archive.example/20240228/x"
DOCUMENT = TracedDocument("document-1", "Tolls", "2024-03-08", None)
CAPTURE = TracedCapture(
    id="capture-1", at=AT, final_url="https://tolls.example/", status=200, media_type="text/html",
    warc_file="2024/a.warc.gz", warc_offset=0, warc_length=9, payload_sha256="0" * 64, text_sha256=None,
)  # fmt: skip
ATTACHMENT = TracedAttachment(
    id="attachment-1", at=AT, by="Ines", why="bought", name="toll.pdf", media_type="application/pdf",
    url=None, made_at=None, warc_file="2024/a.warc.gz", warc_offset=9, warc_length=9,
    payload_sha256="1" * 64, text_sha256=None,
)  # fmt: skip


def found(**said: Any) -> TracedEvidence:
    told: dict[str, Any] = {
        "verdict": "supported", "score": 0.9, "capture_id": "capture-1", "exact": "sixteen barges",
        "prefix": "of ", "suffix": " came", "start": 3, "end": 17, "method": "lexical/2", "reason": "",
    }  # fmt: skip
    return TracedEvidence(**(told | said))


def said_by_person(decision: str, **more: Any) -> TracedEvidence:
    review = TracedReview("review-1", AT, "Ines <ines>", decision, "looked", "claim-1")
    return found(method="person", score=None, review=review, **more)


NOTHING: dict[str, Any] = dict.fromkeys(("exact", "prefix", "suffix", "start", "end"))


def a_claim(
    *evidence: TracedEvidence, labels: tuple[str, ...] = ("1",), **said: Any
) -> TracedClaim:
    citation = TracedCitation(
        label="1", index=0, kind="web", raw="tolls.example", url="https://tolls.example/",
        canonical_url="https://tolls.example/", access="open", publisher=None, title=None, date=None,
        source=TracedSource("source-1", "alive", ""), recovery=None, captures=(CAPTURE,),
        attachments=(ATTACHMENT,), mementos=(TracedMemento("web.archive.example", URI_M, None),),
        evidence=evidence,
    )  # fmt: skip
    citation = msgspec.structs.replace(citation, **said)
    citations = tuple(msgspec.structs.replace(citation, label=label) for label in labels)
    return TracedClaim("claim-1", DOCUMENT, "Sixteen barges came.", 10, 30, citations)


def annotations_of(*claims: TracedClaim, places: Places = DESK) -> list[dict[str, Any]]:
    said = json.loads("".join(write_annotations(claims, places, "urn:x", "Tolls")))
    items: list[dict[str, Any]] = said["first"]["items"]
    assert said["total"] == len(items)
    return items


def test_no_claim_and_no_passage_make_an_empty_collection() -> None:
    assert annotations_of() == []
    assert annotations_of(a_claim(found(verdict="not_found", **NOTHING))) == []
    assert annotations_of(a_claim(found(), source=None, evidence=())) == []


def test_a_claim_that_cites_a_source_in_two_notes_is_tied_to_its_passage_once() -> None:
    assert len(annotations_of(a_claim(found(), labels=("1", "2")))) == 1


@pytest.mark.parametrize(
    ("copy", "source"),
    [
        ({}, "https://desk.example/captures/capture-1/text"),
        ({"capture_id": None, "attachment_id": "attachment-1"}, "https://desk.example/attachments/attachment-1"),
        ({"capture_id": None, "uri_m": URI_M}, URI_M),
    ],
    ids=["capture", "attachment", "memento"],
)  # fmt: skip
def test_the_target_is_the_copy_that_has_the_passage(copy: dict[str, Any], source: str) -> None:
    (item,) = annotations_of(a_claim(found(**copy)))
    assert item["target"]["source"] == source
    assert ("state" in item["target"]) == (not copy)
    assert item["target"]["scope"] == "https://tolls.example/"


def test_a_passage_without_a_place_has_its_quote_alone() -> None:
    (item,) = annotations_of(a_claim(found(start=None, end=None)))
    (quote,) = item["target"]["selector"]
    assert quote == {"type": "TextQuoteSelector", "exact": "sixteen barges", "prefix": "of ", "suffix": " came"}  # fmt: skip


def test_who_chose_a_passage_is_its_creator() -> None:
    person, method = annotations_of(a_claim(said_by_person("chosen", start=40, end=54), found()))
    assert person["creator"] == {"type": "Person", "name": "Ines <ines>"}
    assert person["created"] == AT
    assert "creator" not in method
    assert method["generator"]["name"] == "provenance, lexical/2"


@pytest.mark.parametrize("where", ["capture", "source"])
def test_what_a_person_rejected_is_not_told_as_a_tie(where: str) -> None:
    copy = {} if where == "capture" else {"capture_id": None}
    rejected = said_by_person("rejected", **NOTHING, **copy, verdict="not_found")
    assert annotations_of(a_claim(rejected, found())) == []
    elsewhere = found(capture_id=None, uri_m=URI_M)
    left = annotations_of(a_claim(rejected, found(), elsewhere))
    assert len(left) == (1 if where == "capture" else 0)


# --- PROV ---------------------------------------------------------------------------------------


def told(*claims: TracedClaim, **row: Any) -> dict[str, Any]:
    about = {"document_id": "document-1", "title": "Tolls", "published": None, "origin_url": None, "sha256": "2" * 64}  # fmt: skip
    check = {
        "check_id": "check-1", "source_id": "source-1", "at": AT, "url": "https://tolls.example/",
        "http_status": 200, "vantage": "online", "capture_id": "capture-1", "outcome": "ok", "rule": "r",
    }  # fmt: skip
    text = "".join(write_prov_json([ProvDocument({**about, **row}, claims, (check,))], is_one=True))
    assert ReadByProv.deserialize(content=text, format="json").get_records()
    said: dict[str, Any] = json.loads(text)
    return said


def relations(said: dict[str, Any], name: str, *roles: str) -> set[tuple[str, ...]]:
    return {tuple(each[f"prov:{role}"] for role in roles) for each in said.get(name, {}).values()}


def test_prov_tells_every_kind_of_copy_and_who_brought_it() -> None:
    withdrawn = msgspec.structs.replace(
        CAPTURE, withdrawn=TracedWithdrawal(AT, "Ines", "asked for")
    )
    said = told(a_claim(found(), captures=(withdrawn,)))
    copies = {specific for specific, _ in relations(said, "specializationOf", "specificEntity", "generalEntity")}  # fmt: skip
    (memento,) = copies - {"desk:capture-1", "desk:attachment-1"}
    assert said["entity"][memento]["desk:url"] == URI_M
    assert said["entity"]["desk:capture-1"]["desk:withdrawn"] == "asked for"
    ((_, person),) = relations(said, "wasAttributedTo", "entity", "agent")
    assert said["agent"][person]["prov:label"] == "Ines"
    assert ("desk:capture-1", "desk:check-1") in relations(
        {"wasGeneratedBy": {key: each for key, each in said["wasGeneratedBy"].items() if "prov:activity" in each}},
        "wasGeneratedBy", "entity", "activity",
    )  # fmt: skip


def test_prov_tells_how_a_passage_came_about() -> None:
    said = told(a_claim(said_by_person("chosen", start=40, end=54), found()))
    passages = {
        name for name, each in said["entity"].items() if each["prov:type"]["$"] == "desk:Passage"
    }
    assert len(passages) == 2
    quoted = relations(said, "wasDerivedFrom", "generatedEntity", "usedEntity")
    assert {(passage, "desk:capture-1") for passage in passages} <= quoted
    assert ("desk:claim-1", "desk:document-1") in quoted
    assert ("desk:claim-1", "desk:source-1") in quoted
    agents = dict(relations(said, "wasAssociatedWith", "activity", "agent"))
    assert said["agent"][agents["desk:review-1"]]["prov:label"] == "Ines <ines>"
    assert agents["desk:check-1"] == "desk:provenance"


def test_prov_of_a_claim_without_anything_behind_it_is_prov_still() -> None:
    said = told(a_claim(source=None, captures=(), attachments=(), mementos=()), title=None)
    assert said["entity"]["desk:claim-1"]["prov:value"] == "Sixteen barges came."
    assert json.loads("".join(write_prov_json([], is_one=True)))["prefix"]
    assert json.loads("".join(write_prov_json([], is_one=False)))["bundle"] == {}
