"""A stand-in for Save Page Now 2 on a web of the test's, which answers as it is documented to."""

import json
import urllib.parse
from collections.abc import Callable

from support.web import Asked, Part, Web, page

__all__ = ["SAVE", "Service", "answer"]

SAVE = "http://save.example.org/save"


def answer(**said: object) -> bytes:
    return page(json.dumps(said), Content_Type="application/json")


class Service:
    """A stand-in for Save Page Now 2: jobs that are done after so many questions."""

    def __init__(self, web: Web, pending: int = 1) -> None:
        self.sent: list[str] = []
        self.asked: list[Asked] = []
        self.most_open = 0
        self._pending = pending
        self._jobs: dict[str, int] = {}
        self.on_post: Callable[[str], bytes | list[Part] | None] = lambda _: None
        self.ended: dict[str, object] | None = None
        web.say("save.example.org", "*", self._reply)

    def _reply(self, asked: Asked) -> bytes | list[Part]:
        self.asked.append(asked)
        if asked.head.startswith(b"POST"):
            (url,) = urllib.parse.parse_qs(asked.body.decode())["url"]
            self.sent.append(url)
            said = self.on_post(url)
            if said is not None:
                return said
            job = f"spn2-{len(self.sent)}/x"
            self._jobs[job] = 0
            open_jobs = [each for each, count in self._jobs.items() if count <= self._pending]
            self.most_open = max(self.most_open, len(open_jobs))
            return answer(url=url, job_id=job)
        job = urllib.parse.unquote(asked.target.rpartition("/status/")[2])
        self._jobs[job] += 1
        if self._jobs[job] <= self._pending:
            return answer(status="pending", job_id=job)
        if self.ended is not None:
            return answer(job_id=job, **self.ended)
        url = self.sent[int(job[5:-2]) - 1]
        return answer(status="success", job_id=job, timestamp="20261122120000", original_url=url)
