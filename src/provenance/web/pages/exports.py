"""`/documents/{id}/export` and `/sources/{id}/export`: what is known, as a file for other programs."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from provenance.errors import UsageError
from provenance.pipeline.export_choice import Choice
from provenance.pipeline.export_forms import FORMS
from provenance.pipeline.export_texts import TextOrder, begin_export
from provenance.store.export_read import at_one_moment, is_known
from provenance.web.finding import desk_address
from provenance.web.library import library_of
from provenance.web.problems import Problem

__all__ = ["router"]

router = APIRouter()
_HINT = f"format is one of {', '.join(FORMS)}"


class _Wanted(NamedTuple):
    """What the query asks for: a format by its name, and how it is spelled."""

    form: str
    ascii: bool
    bom: bool


def _read_wanted(
    form: Annotated[str, Query(alias="format", max_length=40)] = "",
    *,
    ascii: bool = False,  # noqa: A002 - as `export --ascii`
    bom: bool = False,
) -> _Wanted:
    return _Wanted(form, ascii, bom)


Wanted = Annotated[_Wanted, Depends(_read_wanted)]


@router.get("/documents/{document_id}/export")
def export_document(request: Request, document_id: str, wanted: Wanted) -> Response:
    """Answer with a document's claims and sources in the form that is asked for."""
    return _download(request, "document", document_id, Choice(documents=(document_id,)), wanted)


@router.get("/sources/{source_id}/export")
def export_source(request: Request, source_id: str, wanted: Wanted) -> Response:
    """Answer with a source and the claims that cite it in the form that is asked for."""
    return _download(request, "source", source_id, Choice(sources=(source_id,)), wanted)


def _download(request: Request, what: str, id_: str, choice: Choice, wanted: _Wanted) -> Response:
    form = FORMS.get(wanted.form)
    if form is None:
        raise Problem(422, "There is no such format", hint=_HINT)
    order = TextOrder(wanted.form, choice, desk_address(request), wanted.ascii, wanted.bom)
    library = library_of(request)
    with library.reading() as db, at_one_moment(db):
        if not is_known(db, what, id_):  # by its id alone: an address means one thing
            raise Problem(404, f"There is no such {what}", hint="search finds what there is")
        try:
            _, pieces = begin_export(db, library.archive_root, order)
            body = "".join(pieces)
        except UsageError as error:
            raise Problem(404, error.message, hint=error.hint) from error
    name = f"{id_}-{order.form}.{form.ending}"
    return Response(
        body.encode("utf-8", "replace"),
        media_type=form.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
