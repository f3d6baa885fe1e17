"""What the commands print is what `docs/schema/` says: no key missing, renamed or more than there is."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from provenance.cli import _COMMANDS, _root
from provenance.demo.background import start_in_thread
from provenance.demo.sample import sample_update_path
from provenance.watch.report.data import report_to_data
from support.brought import a_page, a_response, a_warc
from support.nights import a_busy_night
from support.runs import run_here
from support.workplace import a_draft, settings_file, web_settings

SCHEMAS = Path(__file__).parents[1] / "docs" / "schema"
Printed = dict[str, list[Any]]


def schema_of(command: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (SCHEMAS / f"provenance.{command}-1.schema.json").read_text("utf-8")
    )
    return found


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """What each command prints with --json, in ordinary and in odd cases."""
    folder = tmp_path_factory.mktemp("schemas")
    sample = sample_update_path()
    (folder / "odd.txt").write_bytes(
        a_draft(["https://a.example/...", "ibid.", "A book (Town: Press, 2019), 4."]).encode(
            "cp1251"
        )
        + "\n[7] Не нота\x00 \n".encode("cp1251")
    )
    (folder / "empty.txt").write_bytes(b"")
    made: Printed = {}

    def keep(command: str, *arguments: str | Path, code: int = 0, stdin: bytes = b"") -> Any:
        done = run_here(folder, command, *arguments, "--json", stdin=stdin)
        assert done.code == code, done.err
        made.setdefault(command, []).append(done.json)
        return done.json

    with start_in_thread(edition=1) as web:
        config = settings_file(folder, web_settings(web))
        ingested = keep("ingest", sample, "--config", config)
        keep("ingest", sample, "--config", config)
        keep("config", "--config", config)
        keep("nightly", "--config", config)
    made["nightly"].append(json.loads(msgspec.json.encode(report_to_data(a_busy_night()))))
    document = ingested["documents"][0]["id"]
    keep("ingest", "empty.txt", "odd.txt", "missing.txt", "--offline", code=2)
    keep("ingest", "-", "--no-fetch", stdin=sample.read_bytes())
    for name in (sample, sample_update_path("sample-update.html"), "odd.txt"):
        keep("parse", name)
    keep("validate", sample, "odd.txt", "missing.txt", code=2)
    validate_with_baseline(keep, folder)
    compare_drafts(keep, folder, document)
    for query in (f"{document}:1", f"{document}:22", f"{document}:37", "barges", "nothing at all"):
        keep("trace", query)
    for query in ("barges", "nothing at all", "meridian inteligence group", "social.exampel"):
        keep("search", query)
    keep("search", "river", "--host", "social.example", "--since", "2024", "--in", "texts")
    judge_evidence(keep, document)
    say_states(keep, document)
    keep("mementos")
    keep("mementos", "--submit")
    keep("rejudge")
    (folder / "own-sites.toml").write_text('login = ["fieldfellows.example", "social.example"]\n')
    (folder / "own.toml").write_text('[fetch]\nsites = "own-sites.toml"\n')
    keep("rejudge", "--config", "own.toml")
    keep("rebuild")
    keep("fixity")
    bring_and_withdraw(keep, folder, document)
    (folder / "archive" / "warc" / "note.txt").write_text("from another maker")
    keep("fixity", "--since", "1")
    keep("export", "--format", "wacz", "-o", "all.wacz")
    keep("export", "--format", "bundle", "--document", document, "-o", "bundle.wacz")
    keep("verify", "bundle.wacz")
    keep("export", "--format", "csl-json", "-o", "all.json")
    package = (folder / "all.wacz").read_bytes()
    (folder / "bad.wacz").write_bytes(package.replace(b"Ouldane", b"Ouldany"))
    keep("verify", "all.wacz", "bad.wacz", code=1)
    keep("verify", "odd.txt", code=2)
    keep("doctor")
    (folder / "locked").write_bytes(b"")
    keep("doctor", "--archive", "locked", code=2)
    keep("config")
    return made


def validate_with_baseline(keep: Callable[..., Any], folder: Path) -> None:
    """A page whose anchor is mended in its target, and an earlier report of it."""
    (folder / "page.html").write_text(
        "<h1>A Short Update</h1><p>By Ada Writer</p><p>Two barges were stopped.[1]</p><p>References</p>"
        "<p>[1] <a href='https://tolls.example/b?utm_source=a'>https://tolls.example/b?utm_sou...</a></p>"
    )
    before = keep("validate", "page.html", "--fail-on", "warning", code=1)
    (folder / "before.json").write_text(json.dumps(before))
    keep("validate", "page.html", "--fail-on", "warning", "--baseline", "before.json")


def compare_drafts(keep: Callable[..., Any], folder: Path, document: str) -> None:
    """A draft against a later one in which everything changed that may, and a stored version against itself."""
    first = [
        "https://a.example/1",
        "“The Toll of the Just,” River Daily, March 1, 2024, https://b.example/2",
        "https://c.example/3",
        "Interview with a ferryman, Ouldane, March 1, 2024. He asked twice.",
    ]
    later = [first[2], first[1].replace("March 1", "March 4"), "https://d.example/4"]
    (folder / "old.txt").write_text(a_draft(first))
    (folder / "new.txt").write_text(a_draft(later, word="ferries"))
    keep("compare", "old.txt", "new.txt")
    keep("compare", document, "--versions", "1", "1")


def bring_and_withdraw(keep: Callable[..., Any], folder: Path, document: str) -> None:
    """Copies that a person brings, of which one is taken out again, and a capture."""
    (folder / "held.txt").write_text("The barges crossed at night.")
    why = ("--why", "bought by the desk", "--by", "Ines")
    url = keep("trace", f"{document}:1")["claims"][0]["citations"][0]["url"]
    (folder / "held.warc").write_bytes(a_warc(a_response(url, a_page("Sixteen barges."))))
    brought = keep("attach", f"{document}#1:0", "held.txt", "held.warc", *why)["attachments"]
    keep("attach", f"{document}#1:0", "held.txt", "missing.pdf", *why, code=2)
    reason = ("--reason", "asked for", "--by", "Ines", "--yes")
    keep("withdraw", brought[0]["id"], *reason)
    keep("trace", f"{document}:1")
    keep("withdraw", url, *reason)
    keep("trace", f"{document}:1")


def judge_evidence(keep: Callable[..., Any], document: str) -> None:
    """What a person confirms, rejects, chooses and takes back, also of a source without a copy."""
    of_first = (f"{document}:3", "--source", "3:0", "--by", "Ines")
    words = keep("review", *of_first, "--confirm")["reviews"][0]["passage"]["exact"]
    keep("review", *of_first, "--reject", "--why", "says another year")
    keep("review", *of_first, "--passage", words)
    keep("trace", f"{document}:3")
    keep("review", *of_first, "--undo")
    keep("review", *of_first, "--undo")
    keep("review", f"{document}:3", "--source", "3:1", "--confirm", "--why", "seen in print")
    keep("trace", f"{document}:3")


def say_states(keep: Callable[..., Any], document: str) -> None:
    """What a person says of a state, and takes back; and nothing to take back."""
    of_first = ("override", f"{document}#1:0", "--why", "asked the desk", "--by", "Ines")
    keep(*of_first, "--lift")
    keep(*of_first, "--state", "walled", "--until", "2999-12-31")
    keep(*of_first, "--lift")


def commands_with_json() -> list[str]:
    found = []
    for name in _COMMANDS:
        command = _root.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        if any("--json" in parameter.opts for parameter in command.params):
            found.append(name)
    return found


def test_every_command_that_prints_json_has_a_schema_and_every_schema_a_command() -> None:
    names = {path.name for path in SCHEMAS.iterdir()}
    printed = {f"provenance.{command}-1.schema.json" for command in commands_with_json()}
    # what the API alone answers (tests/web hold it to them), `review --export` (lines of it), and
    # `trace --back`, which walks the other way; a line of the log (tests/cli/test_log_lines.py); a
    # night's report, which hardly any run has all of (tests/watch/test_night_formats.py), and its plan
    # (tests/cli/test_nightly_planned.py)
    beside = (
        *("back", "gold", "rules", "capture", "capture-comparison", "document", "documents"),
        *("hosts", "log", "night", "night-plan", "night-runs", "nightly", "nights"),
        *("source", "sources", "year"),
    )
    assert names == printed | {f"provenance.{name}-1.schema.json" for name in beside}


@pytest.mark.parametrize("command", commands_with_json())
def test_a_schema_is_a_schema_and_names_its_version(command: str) -> None:
    schema = schema_of(command)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema"] == {"const": f"provenance.{command}/1"}


@pytest.mark.parametrize("command", commands_with_json())
def test_what_is_printed_is_what_the_schema_says(printed: Printed, command: str) -> None:
    validator = jsonschema.Draft202012Validator(schema_of(command))
    for instance in printed[command]:
        errors = [
            f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)
        ]
        assert errors == []


@pytest.mark.parametrize("command", commands_with_json())
def test_a_missing_and_an_unknown_key_anywhere_are_noticed(printed: Printed, command: str) -> None:
    validator = jsonschema.Draft202012Validator(schema_of(command))
    changed = 0
    for where, instance in changes(printed[command]):
        changed += 1
        assert not validator.is_valid(instance), where
    assert changed > 5


# Objects whose keys are not ours to name.
MAPS = ("by_outcome", "states", "value")
Change = Callable[[dict[str, Any]], None]


def changes(instances: list[Any]) -> Iterator[tuple[str, Any]]:
    """Each kind of object once, with each of its keys taken away, renamed or one added."""
    seen: set[str] = set()
    for instance in instances:
        for path in objects_in(instance, ()):
            kind = ".".join("*" if isinstance(step, int) else step for step in path)
            target = at(instance, path)
            for key in target:
                if f"{kind}-{key}" not in seen:
                    seen.add(f"{kind}-{key}")
                    yield f"{kind} without {key}", with_change(instance, path, key, None)
                    yield f"{kind} with {key} renamed", with_change(instance, path, key, key + "s")
            if f"{kind}+" not in seen:
                seen.add(f"{kind}+")
                yield f"{kind} with one more", with_change(instance, path, None, "more")


def objects_in(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict) and not (path and path[-1] in MAPS):
        yield path
        for key, inner in value.items():
            yield from objects_in(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from objects_in(inner, (*path, index))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def with_change(instance: Any, path: tuple[Any, ...], old: str | None, new: str | None) -> Any:
    made = copy.deepcopy(instance)
    target = at(made, path)
    kept = target.pop(old) if old else 1
    if new:
        target[new] = kept
    return made


def test_the_cases_hold_what_the_schemas_describe(printed: Printed) -> None:
    """So that a key that is never printed in these cases is not passed over in silence."""
    described = {key for command in printed for key in keys_of(schema_of(command))}
    seen = {
        key for instances in printed.values() for instance in instances for key in keys_in(instance)
    }
    later = {
        "verdict",
        "capture_id",
        "exact",
        "prefix",
        "suffix",
        "method",
        "paragraph",
        "page",
        "note",
        # of a passage whose page changed: tests/trace/test_passages_now.py
        "looks",
        "seen",
    }
    assert described - seen <= later
    assert seen - described <= {key for key in seen if key in by_outcome(printed)} | {"value"}


def by_outcome(printed: Printed) -> set[str]:
    maps = [run["fetch"]["by_outcome"] for run in printed["ingest"]]
    maps += [night["states"] for night in printed["nightly"]]
    hosts = [row["value"] for run in printed["config"] for row in run["settings"]]
    return {key for each in [*maps, *hosts] if isinstance(each, dict) for key in each}


def keys_of(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield from schema.get("properties", {})
        for inner in schema.values():
            yield from keys_of(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from keys_of(inner)


def keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from keys_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_in(inner)
