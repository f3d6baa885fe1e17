"""The editor's daily page: paste or drop a draft, see what is wrong with its notes, mend it.

Without a script it is a form that is sent and answered. With one the same form is sent as one
types (`/validate/look`), and the answer is put beside the draft.
"""

import time
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from provenance.errors import UnreadableDocument
from provenance.web.answers import AsciiJSON
from provenance.web.api import Only, answer_mended
from provenance.web.demands import need_editor
from provenance.web.library import library_of
from provenance.web.look import Look, look_at
from provenance.web.problems import Problem, problem_of_error
from provenance.web.views import render
from provenance.web.workbench import Workbench

__all__ = ["router"]

router = APIRouter()
_MAX_NAME = 255
Name = Annotated[str, Query(max_length=_MAX_NAME)]
Seen = Annotated[str, Query(max_length=100)]
# What a person may say about how a pasted text is to be read.
READINGS = {
    "": "as it looks",
    "draft.txt": "plain text",
    "draft.md": "Markdown",
    "draft.html": "HTML",
    "draft.wiki": "wikitext",
    "draft.rst": "reStructuredText",
}


@router.get("/")
async def go_to_the_desk(request: Request) -> Response:
    """Lead to the first page: to what is stored, where something is."""
    library = library_of(request)
    return RedirectResponse("/documents" if library.is_there else "/validate", 307)


@router.get("/validate")
async def show_desk() -> Response:
    """Show the empty desk."""
    return HTMLResponse(_page())


@router.post("/validate")
async def check_form(request: Request) -> Response:
    """Answer the form as it is sent without a script."""
    data, name = await _read_form(request)
    workbench: Workbench = request.app.state.workbench
    try:
        look = look_at(await workbench.validate(data, name or "draft"))
    except UnreadableDocument as error:
        return HTMLResponse(_page(name=name, problem=problem_of_error(error)), 422)
    return HTMLResponse(_page(look, name=name))


@router.post("/validate/look")
async def look_while_typing(request: Request, name: Name = "", seen: Seen = "") -> Response:
    """Return what the page's script puts beside a draft: its text, underlined places, findings as HTML."""
    started = time.perf_counter()
    workbench: Workbench = request.app.state.workbench
    validated = await workbench.validate(await request.body(), name or "draft", seen=seen)
    return AsciiJSON(_say(look_at(validated), started))


@router.post("/validate/live")
async def look_at_the_sources(request: Request, name: Name = "") -> Response:
    """Have the sources of a draft looked at, and return the same with what was seen.

    Needs the role editor: in our name others are asked for pages.
    """
    need_editor(request, "live look")
    started = time.perf_counter()
    workbench: Workbench = request.app.state.workbench
    data = await request.body()
    validated, seen, is_offline = await workbench.look_live(data, name or "draft")
    said = _say(look_at(validated), started)
    return AsciiJSON({**said, "seen": seen, "is_offline": is_offline})


@router.post("/validate/mend")
async def mend_what_is_shown(
    request: Request, only: Only, name: Name = "", unsafe: bool = False, seen: Seen = ""
) -> Response:
    """Mend a draft as `/api/mend` does, knowing what a live look saw."""
    workbench: Workbench = request.app.state.workbench
    data = await request.body()
    mended = await workbench.mend(
        data, name or "draft", unsafe=unsafe, only=only or None, seen=seen
    )
    return answer_mended(mended, unsafe=unsafe, only=only)


def _say(look: Look, started: float) -> dict[str, object]:
    return {
        "text": look.text,
        "written": look.written and look.written._asdict(),
        "marks": look.marks,
        "findings": render("findings.html", look=look),
        "counts": look.counts,
        "fixable": look.fixable,
        "name": look.name,
        "elapsed_ms": round((time.perf_counter() - started) * 1000, 1),
    }


async def _read_form(request: Request) -> tuple[bytes, str]:
    """Return the document of a form and its name: the file where there is one, else the text."""
    kind = request.headers.get("content-type", "").lower()
    # no browser names a charset here, and some that Python knows take the square of the length
    if "multipart/form-data" not in kind or "charset" in kind:
        raise Problem(415, "This is no form of ours", hint="send it from /validate")
    body = await request.body()
    parser = MultiPartParser(
        request.headers, request.stream(), max_files=1, max_fields=10, max_part_size=len(body) + 1
    )
    parser.spool_max_size = len(body) + 1  # nothing that is sent here touches the disk
    try:
        form = await parser.parse()
    except (MultiPartException, ValueError, LookupError) as error:
        raise Problem(
            422, "This form cannot be read", hint="send it from /validate, with one file at most"
        ) from error
    try:
        sent = form.get("file")
        if isinstance(sent, UploadFile) and (sent.filename or sent.size):
            return await sent.read(), (sent.filename or "")[:_MAX_NAME]
        # forms are sent with CR LF at the ends of lines, whatever was typed
        text = str(form.get("text", "")).replace("\r\n", "\n")
        name = str(form.get("name", ""))
        return text.encode("utf-8", "surrogatepass"), name if name in READINGS else ""
    finally:
        await form.close()


def _page(
    look: Look | None = None,
    *,
    name: str = "",
    problem: Problem | None = None,
) -> str:
    return render(
        "validate.html",
        look=look,
        name=name,
        problem=problem,
        readings=READINGS,
    )
