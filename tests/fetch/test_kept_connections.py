"""Connections between the turns of a polite run: kept for hosts that come back."""

from provenance.fetch.fetcher import Fetcher
from support.web import Clock, Web, page, run, settings_for

HOSTS = ("a.test", "b.test", "c.test", "d.test")


def test_hosts_that_take_turns_on_one_connection_each_shake_hands_once() -> None:
    async def main() -> None:
        async with Web() as web:
            for host in HOSTS:
                web.say(host, "*", page())
            settings = settings_for(web, *HOSTS, concurrency=1)
            urls = [f"http://{host}/{number}" for number in range(3) for host in HOSTS]
            async with Fetcher(settings, clock=Clock()) as fetcher:
                visits = [visit async for visit in fetcher.visits(urls)]
            assert [visit.last.status for visit in visits if visit.last] == [200] * len(urls)
            assert web.connections == len(HOSTS)

    run(main())
