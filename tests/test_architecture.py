"""Who may import whom, who owns which outside package, and how long anything may get."""

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "provenance"
WORDS = {
    "text",
    "model",
    "errors",
    "settings",
    "settings_services",
    "settings_night",
    "settings_cluster",
    "version",
}
MAX_FUNCTION_LINES = 40
MAX_MODULE_LINES = 300

# room -> the rooms of ours that it may import, besides the words, formats and itself
MAY_IMPORT: dict[str, set[str]] = {
    "text": set(),
    "errors": set(),
    "model": set(),
    "settings": set(),
    "settings_services": set(),
    "settings_night": set(),
    "settings_cluster": set(),
    "version": set(),
    "formats": set(),
    "cite": set(),
    "fetch": set(),
    "keep": set(),  # keep/memento.py and keep/timestamp.py may import fetch, see EXCEPTIONS
    "link": set(),
    "store": set(),
    "trace": {"store", "keep"},
    "validate": {"cite", "link", "store"},
    "watch": {"fetch", "keep", "link", "store"},
    # trace: what leaves as a file is told in the words of a trace
    "pipeline": {"cite", "fetch", "keep", "link", "store", "trace", "validate", "watch"},
    "web": {"cite", "link", "trace", "validate", "watch", "store", "keep", "pipeline"},
    # a worker of a cluster asks and stores by itself
    "cluster": {"pipeline", "watch", "cite", "fetch", "keep", "store"},
    "demo": {"pipeline", "store", "trace"},
    "cli": {"*"},
    "__main__": {"cli"},
    "__init__": {"*"},
}
EXCEPTIONS = {("keep/memento.py", "fetch"), ("keep/timestamp.py", "fetch")}

# outside package -> the modules (or rooms, ending in "/") that may import it
OWNERS: dict[str, tuple[str, ...]] = {
    "bs4": ("formats/html.py",),
    "lxml": ("formats/docx.py", "formats/html.py", "formats/page.py"),
    "can_ada": ("formats/url.py",),
    "publicsuffixlist": ("formats/url.py",),
    "pypdfium2": ("formats/pdf.py", "formats/pdf_layout.py", "formats/pdf_drawn.py"),
    "sentencex": ("formats/sentences.py",),
    "httpx": ("fetch/httpx_seam.py",),
    "certifi": ("fetch/transport.py",),
    "playwright": ("fetch/browser.py", "fetch/browser_page.py"),
    "httptools": ("fetch/connection.py",),
    "dns": ("fetch/resolve.py",),
    "protego": ("fetch/robots.py",),
    "tenacity": ("fetch/fetcher.py",),
    "warcio": ("keep/warc.py", "keep/foreign.py"),
    "isal": ("keep/warc.py", "formats/body.py"),
    "cryptography": ("keep/signature.py", "keep/timestamp.py"),
    "rfc3161_client": ("keep/timestamp.py",),
    "trafilatura": ("link/extract.py",),
    "htmldate": ("link/extract.py",),
    "charset_normalizer": ("link/charset.py",),
    "rapidfuzz": (
        "store/likeness.py",
        "trace/repeats.py",
        "link/",
        "watch/drift.py",
        "validate/compare_align.py",
        "validate/compare_lines.py",
        "validate/compare_words.py",
    ),
    "anyascii": ("link/terms.py",),
    "apprise": ("watch/notify.py",),
    "snowballstemmer": ("link/terms.py",),
    "sqlite_utils": ("store/",),
    "sqlite3": ("store/",),
    "click": ("cli/",),
    "rich": ("cli/",),
    "trustme": ("demo/",),
    "fastapi": ("web/",),
    "pydantic": ("web/",),
    "starlette": ("web/",),
    "jinja2": ("web/",),
    "uvicorn": ("web/",),
    "nh3": ("web/archived/clean.py",),
    "distributed": ("cluster/pool.py",),
    "msgspec": ("",),
}
STDLIB_OF_THE_SHELL = {
    "asyncio", "concurrent", "fcntl", "glob", "io", "multiprocessing", "os", "pathlib", "random",
    "secrets", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile",
    "threading", "time", "uuid",
}  # fmt: skip
PURE = ("text.py", "model/", "errors.py", "cite/", "fetch/policy.py", "fetch/classify.py",
        "fetch/signs.py", "fetch/rule.py", "fetch/seen.py", "fetch/facts.py", "fetch/rulebook.py", "fetch/probe.py", "fetch/head.py", "fetch/cookies.py", "fetch/walk.py", "fetch/again.py", "fetch/rendering.py", "formats/body.py", "formats/page.py",
        "link/byline.py", "link/charset.py", "link/markup.py", "link/media.py", "link/word.py",
        "link/passages.py", "link/terms.py", "link/facts.py", "link/page_index.py", "link/same_language.py", "link/cross_language.py", "link/confidence.py", "link/missing.py", "link/method.py", "link/score.py", "link/evidence.py", "link/anchor.py", "link/normal.py", "link/tokens.py", "link/changes.py", "link/near.py",
        "cluster/book.py", "cluster/orders.py", "keep/records.py", "keep/cdxj.py", "keep/wacz_manifest.py",
        "watch/due.py", "watch/outage.py", "watch/verdict.py", "watch/clocks.py", "watch/counting.py", "watch/hearing.py", "watch/cadence.py", "watch/alarm.py", "watch/drift.py", "watch/causes.py", "watch/advice.py", "watch/changes.py", "watch/settled.py", "watch/report/", "web/archived/marking.py", "web/said.py", "web/text_window.py", "web/timeline.py", "trace/repeats.py", "watch/passages.py", "watch/rot.py", "watch/pictures/", "watch/lives.py", "link/acronyms.py", "link/blocks.py", "trace/records.py", "trace/render.py", "trace/export/", "trace/tree.py", "trace/impact.py", "trace/back_render.py", "validate/", "formats/titles.py", "formats/url.py", "formats/tracking.py", "formats/ids.py")  # fmt: skip
READS_THE_STORE = ("validate/knowledge.py",)
NAMED_FOR_NOTHING = {"utils", "util", "helpers", "core", "base", "common", "manager", "misc"}


def modules() -> list[Path]:
    return sorted(SRC.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


def room_of(path: Path) -> str:
    first = path.relative_to(SRC).parts[0]
    return first.removesuffix(".py")


def imports_of(path: Path) -> list[tuple[str, int]]:
    """Every imported module by its dotted name, with the line."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def is_owned_by(name: str, owners: tuple[str, ...]) -> bool:
    return any(name == owner or ((owner.endswith("/") or not owner) and name.startswith(owner))
               for owner in owners)  # fmt: skip


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_rooms_import_only_what_the_plan_allows(path: Path) -> None:
    room = room_of(path)
    assert room in MAY_IMPORT, f"{name_of(path)}: a new room needs a line in MAY_IMPORT"
    allowed = MAY_IMPORT[room] | WORDS | {"formats", room}
    if room in WORDS | {"formats"}:
        allowed = WORDS | {"formats"} if room == "formats" else WORDS
    for module, line in imports_of(path):
        if not module.startswith("provenance."):
            continue
        other = module.split(".")[1]
        if "*" in allowed or other in allowed or (name_of(path), other) in EXCEPTIONS:
            continue
        pytest.fail(f"{name_of(path)}:{line} imports {module}: {room} may not import {other}")


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_each_outside_package_has_one_owner(path: Path) -> None:
    import sys

    for module, line in imports_of(path):
        top = module.split(".")[0]
        if top == "provenance" or (top in sys.stdlib_module_names and top not in OWNERS):
            continue
        assert top in OWNERS, f"{name_of(path)}:{line}: {top} has no line in OWNERS"
        assert is_owned_by(name_of(path), OWNERS[top]), (
            f"{name_of(path)}:{line}: {top} belongs to {OWNERS[top]}"
        )


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_pure_modules_touch_nothing_outside(path: Path) -> None:
    if not is_owned_by(name_of(path), PURE) or name_of(path) in READS_THE_STORE:
        pytest.skip("not a pure module")
    for module, line in imports_of(path):
        assert module.split(".")[0] not in STDLIB_OF_THE_SHELL, f"{name_of(path)}:{line}: {module}"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in {"now", "utcnow", "today"}, (
                f"{name_of(path)}:{node.lineno}"
            )
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input"}, f"{name_of(path)}:{node.lineno}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_nothing_grows_past_what_a_reader_can_hold(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_MODULE_LINES, name_of(path)
    assert path.stem not in NAMED_FOR_NOTHING, name_of(path)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= MAX_FUNCTION_LINES, (
                f"{name_of(path)}:{node.lineno} {node.name}: {lines}"
            )


def test_no_modules_import_each_other_in_a_ring() -> None:
    """An import for types alone is none: what is run can still be read from the bottom up."""
    names = {
        name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."): path
        for path in modules()
    }
    needs = {
        name: set(_runtime_imports(path)) & set(names) - {name} for name, path in names.items()
    }
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def _runtime_imports(path: Path) -> Iterator[str]:
    """The modules of ours that a module names in an import, wherever it does so."""
    queue: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while queue:
        node = queue.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            queue += node.orelse
            continue
        queue += ast.iter_child_nodes(node)
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.startswith("provenance.")
        ):
            module = node.module.removeprefix("provenance.")
            yield from (f"{module}.{alias.name}" for alias in node.names)
            yield module


def test_the_command_starts_without_the_heavy_packages() -> None:
    """Commands import lazily: all of it costs more than a second."""
    import subprocess
    import sys

    code = ("import sys, provenance.cli; "
            "print([m for m in ('trafilatura', 'sqlite_utils', 'httpx', 'pypdfium2', 'rich', 'fastapi') "
            "if m in sys.modules])")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
