"""The sources are looked at when a person says so, and at no other time."""

import asyncio
import re
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from provenance.model import Source
from provenance.pipeline.source_looks import LookedAt
from provenance.settings import ServeSettings
from provenance.validate.draft import Known
from provenance.web.tokens import hash_token, make_token
from support.asking_web import asking, clean_draft, draft_of_notes

DRAFT = draft_of_notes(2)


class Looks:
    """Looks that find every source gone, or reach nothing; counts what was asked."""

    asked = 0

    def __init__(self, *, is_offline: bool = False) -> None:
        self.is_offline = is_offline

    def ask(self, sources: Sequence[Source]) -> LookedAt:
        Looks.asked += len(sources)
        seen = {
            each.id: Known(
                each.id,
                state="failing",
                outcome="gone",
                rule="status_gone",
                reason="HTTP 404",
                http_status=404,
                checked_at=datetime(2024, 3, 20, 9, tzinfo=UTC),
            )
            for each in sources
        }
        return LookedAt({} if self.is_offline else seen, None, self.is_offline)


def rules_in(part: str) -> set[str]:
    return {word for word in part.replace("/", " ").replace('"', " ").split() if word[:3] == "FN3"}


def test_what_was_seen_is_still_shown_as_one_goes_on_typing() -> None:
    Looks.asked = 0
    with asking(make_looks=Looks) as web:
        assert rules_in(web.post("/validate/look", DRAFT).json()["findings"]) == set()
        live = web.post("/validate/live", DRAFT).json()
        assert Looks.asked == 2
        assert live["is_offline"] is False
        assert rules_in(live["findings"])
        assert re.search(r"of \d+ sources? looked at ", live["findings"])
        later = web.post(f"/validate/look?seen={live['seen']}", DRAFT + "\n").json()
        assert rules_in(later["findings"]) == rules_in(live["findings"])
        assert rules_in(web.post("/validate/look?seen=guessed", DRAFT).json()["findings"]) == set()
        web.post(f"/validate/mend?seen={live['seen']}", DRAFT)
        web.post("/api/validate", DRAFT)
        web.post("/api/mend", DRAFT)
    assert Looks.asked == 2


def test_a_machine_that_reaches_nothing_says_so() -> None:
    with asking(make_looks=lambda: Looks(is_offline=True)) as web:
        assert web.post("/validate/live", clean_draft()).json()["is_offline"] is True


def test_a_server_without_looks_and_a_second_look_are_said_in_words() -> None:
    with asking() as web:
        assert web.post("/validate/live", DRAFT).status_code == 501
    begun, may_end = threading.Event(), threading.Event()

    class Slow(Looks):
        def ask(self, sources: Sequence[Source]) -> LookedAt:
            begun.set()
            assert may_end.wait(20)
            return super().ask(sources)

    async def story() -> tuple[int, int, int]:
        first = asyncio.create_task(web._ask("POST", "/validate/live", content=DRAFT))
        await asyncio.to_thread(begun.wait, 20)
        second = await web._ask("POST", "/validate/live", content=DRAFT)
        typed = await web._ask("POST", "/validate/look", content=DRAFT)
        may_end.set()
        return (await first).status_code, second.status_code, typed.status_code

    with asking(make_looks=Slow) as web:
        assert asyncio.run(story()) == (200, 503, 200)
        assert web.post("/validate/live", DRAFT).status_code == 200


def test_only_the_last_looks_are_kept() -> None:
    with asking(make_looks=Looks) as web:
        first, *_, last = [web.post("/validate/live", DRAFT).json()["seen"] for _ in range(22)]
        assert rules_in(web.post(f"/validate/look?seen={first}", DRAFT).json()["findings"]) == set()
        assert rules_in(web.post(f"/validate/look?seen={last}", DRAFT).json()["findings"])


def test_readers_start_no_looks_and_are_offered_none() -> None:
    """A look asks others for pages in the name of this server."""
    token = make_token()
    guarded = ServeSettings(
        token_scrypt=hash_token(make_token()), reader_token_scrypt=hash_token(token)
    )
    named = {"Authorization": f"Bearer {token}"}
    Looks.asked = 0
    with asking(make_looks=Looks, serve=guarded) as web:
        assert web.post("/validate/live", DRAFT, headers=named).status_code == 403
        assert web.post("/validate/look", DRAFT, headers=named).status_code == 200
        assert 'class="live" hidden' in web.get("/validate", headers=named).text
    with asking(make_looks=Looks) as web:
        assert 'class="live with-script" hidden' in web.get("/validate").text
    assert Looks.asked == 0


def test_a_draft_of_very_many_sources_is_not_looked_at_in_one_go() -> None:
    Looks.asked = 0
    with asking(make_looks=Looks) as web:
        refused = web.post("/validate/live", draft_of_notes(1001))
        assert refused.status_code == 422
        assert "1,000 can be looked at" in refused.text
        assert web.post("/validate/live", DRAFT).status_code == 200  # the next one is not kept out
    assert Looks.asked == 2
