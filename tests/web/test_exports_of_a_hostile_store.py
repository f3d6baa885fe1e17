"""A store whose every text is an attack, as files for other programs: strangers read data, and nothing else."""

import csv
import io
import json
from pathlib import Path

import pytest
import rispy
from prov.model import ProvDocument
from pybtex.database import parse_string

from provenance.demo.run import Demonstration
from provenance.pipeline.export_choice import Choice
from provenance.pipeline.export_forms import FORMS
from provenance.pipeline.export_texts import TextOrder, opened_export
from provenance.pipeline.workplace import Workplace
from provenance.store.database import open_database
from support.copied import copy_workplace
from support.crawling import parse
from support.hostile_store import OWNED, make_hostile


@pytest.fixture(scope="module")
def hostile(demonstrated: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    folder = tmp_path_factory.mktemp("hostile_exports")
    place = copy_workplace(demonstrated.workplace, folder)
    make_hostile(place.db_path)
    return place


def exported(place: Workplace, form: str, choice: Choice = Choice()) -> str:  # noqa: B008
    with opened_export(place, TextOrder(form, choice, "https://desk.example")) as (_, pieces):
        return "".join(pieces)


@pytest.mark.parametrize("form", ["csl-json", "annotations", "prov-json", "ro-crate"])
def test_json_is_json_with_the_attacks_as_strings(hostile: Workplace, form: str) -> None:
    text = exported(hostile, form)
    assert OWNED in text, "were no attack in it, this would prove nothing"
    assert json.loads(text)
    assert "\x1b" not in text


def test_prov_reads_it(hostile: Workplace) -> None:
    read = ProvDocument.deserialize(content=exported(hostile, "prov-json"), format="json")
    assert len(list(read.bundles)) == 2


def test_pybtex_and_rispy_read_as_many_records_as_there_are_sources(hostile: Workplace) -> None:
    with open_database(hostile.db_path, read_only=True) as db:
        sources = db.value("SELECT count(*) FROM sources")
    bibtex = exported(hostile, "bibtex")
    assert OWNED in bibtex
    assert len(parse_string(bibtex, "bibtex").entries) == sources
    assert len(rispy.loads(exported(hostile, "ris"))) == sources


def test_no_cell_is_computed_and_no_row_is_broken(hostile: Workplace) -> None:
    text = exported(hostile, "csv")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == 121
    cells = [cell for row in rows for cell in row]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)


def test_robust_links_have_no_element_address_or_attribute_of_theirs(hostile: Workplace) -> None:
    text = exported(hostile, "robust-links")
    page = parse(text)
    assert OWNED in text
    ours = {"html", "head", "meta", "title", "body", "h1", "ol", "li", "a", "bdi", "cite", "code"}
    assert {tag for tag, _ in page.elements} == ours
    for _, attributes in page.elements:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in {"href", "data-originalurl", "data-versionurl"}:
                assert value.startswith(("https://", "http://")), value


@pytest.mark.parametrize("form", FORMS)
def test_a_choice_out_of_it_is_told_too(hostile: Workplace, form: str) -> None:
    with open_database(hostile.db_path, read_only=True) as db:
        (document, *_) = db.column("SELECT document_id FROM documents ORDER BY 1")
        (source, *_) = db.column("SELECT source_id FROM citations WHERE source_id IS NOT NULL ORDER BY 1")  # fmt: skip
    assert exported(hostile, form, Choice(documents=(document,)))
    assert exported(hostile, form, Choice(sources=(source,)))
    assert Path(hostile.db_path).is_file()
