"""The rules' own pages: /rules lists them, /rules/FN103 explains one."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from provenance.web.problems import Problem
from provenance.web.rulebook import explained, rulebook
from provenance.web.views import render

__all__ = ["router"]

router = APIRouter()


@router.get("/rules")
async def list_rules() -> Response:
    """List every rule."""
    return HTMLResponse(render("rules.html", rules=tuple(rulebook().values())))


@router.get("/rules/{code}")
async def explain_rule(code: str, part: bool = False) -> Response:
    """Explain a rule by its code or name; `part` leaves out what is around it."""
    entry = rulebook().get(code.upper()) or next(
        (each for each in rulebook().values() if each.rule.name == code.lower()), None
    )
    if entry is None:
        raise Problem(404, f"There is no rule {code[:40]}", hint="/rules lists them")
    if code != entry.rule.code and not part:
        return RedirectResponse(f"/rules/{entry.rule.code}", 308)
    template = "rule_part.html" if part else "rule.html"
    return HTMLResponse(render(template, entry=entry, sections=explained(entry.page)))
