"""Names: what NXDOMAIN may say, and what it must not say when nobody answers."""

import asyncio
from pathlib import Path

import pytest

from provenance.errors import SettingsError
from provenance.fetch.resolve import Resolution, Resolver
from provenance.model import Failure
from provenance.settings import FetchSettings, VantageSettings
from support.web import NameService, Zone, run

CANARIES = ("canary-a.test", "canary-b.test")
ONLINE: Zone = {"canary-a.test": "SERVFAIL", "canary-b.test": ["192.0.2.9"]}


def a_resolver(
    service: NameService,
    hosts_file: Path = Path("/nonexistent"),
    lookup_s: float = 5.0,
    canary_s: float = 3.0,
) -> Resolver:
    return Resolver(
        FetchSettings(nameservers=(service.address,), lookup_timeout_s=lookup_s),
        VantageSettings(CANARIES),
        hosts_file=hosts_file,
        canary_s=canary_s,
    )


def answers(zone: Zone, *names: str) -> list[Resolution | Failure]:
    found: list[Resolution | Failure] = []

    async def main() -> None:
        async with NameService(zone) as service:
            resolver = a_resolver(service)
            found.extend([await resolver.resolve(name) for name in names])
            await resolver.aclose()

    run(main())
    return found


def kind(answer: Resolution | Failure) -> str:
    return answer.kind if isinstance(answer, Failure) else "found"


def test_every_address_of_both_families_is_returned() -> None:
    zone = ONLINE | {"a.test": ["192.0.2.1", "192.0.2.2", "2001:db8::1"]}
    (found,) = answers(zone, "a.test")
    assert isinstance(found, Resolution)
    assert sorted(found.addresses) == ["192.0.2.1", "192.0.2.2", "2001:db8::1"]


def test_nxdomain_counts_only_where_a_canary_answers() -> None:
    assert kind(answers(ONLINE, "gone.test")[0]) == "nxdomain"


def test_nxdomain_to_everything_is_offline_and_never_gone() -> None:
    assert answers({}, "gone.test", "a.test", "b.test") == [Failure("offline")] * 3


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "FORMERR"])
def test_other_rcodes_are_failures_of_the_name_service(rcode: str) -> None:
    assert kind(answers(ONLINE | {"a.test": rcode}, "a.test")[0]) == "dns"
    assert kind(answers({"a.test": rcode}, "a.test")[0]) == "offline"


def test_a_name_without_addresses_is_no_missing_name() -> None:
    assert kind(answers(ONLINE | {"a.test": []}, "a.test")[0]) == "dns"


def test_a_name_that_no_name_service_takes_is_a_failure_and_no_crash() -> None:
    (found,) = answers(ONLINE, "a" * 64 + ".test")
    assert kind(found) == "dns"


def test_nobody_answering_at_all_is_offline() -> None:
    async def main() -> None:
        async with NameService(dict.fromkeys(("a.test", *CANARIES), "silence")) as service:
            resolver = a_resolver(service, lookup_s=0.3, canary_s=0.2)
            assert await resolver.resolve("a.test") == Failure("offline")
            await resolver.aclose()

    run(main())


def test_without_canaries_nothing_proves_that_a_name_is_gone() -> None:
    async def main() -> None:
        async with NameService({}) as service:
            resolver = Resolver(FetchSettings(nameservers=(service.address,)), VantageSettings(()))
            assert kind(await resolver.resolve("a.test")) == "dns"
            assert await resolver.vantage() == "online"
            await resolver.aclose()

    run(main())


def test_the_canaries_are_asked_once_for_many_names() -> None:
    async def main() -> None:
        async with NameService(ONLINE) as service:
            resolver = a_resolver(service)
            names = [f"gone-{number}.test" for number in range(20)]
            found = await asyncio.gather(*map(resolver.resolve, names))
            assert {kind(answer) for answer in found} == {"nxdomain"}
            assert sum(name == "canary-b.test" for name, _ in service.asked) == 1
            assert await resolver.vantage() == "online"
            await resolver.aclose()

    run(main())


def test_concurrent_and_later_questions_share_one_query() -> None:
    async def main() -> None:
        async with NameService(ONLINE | {"a.test": ["192.0.2.1"]}) as service:
            resolver = a_resolver(service)
            await asyncio.gather(*(resolver.resolve("a.test") for _ in range(50)))
            await resolver.resolve("a.test")
            assert sorted(service.asked) == [("a.test", "A"), ("a.test", "AAAA")]
            await resolver.aclose()

    run(main())


def test_whoever_stops_waiting_takes_the_answer_from_nobody() -> None:
    async def main() -> None:
        async with NameService(ONLINE | {"a.test": ["192.0.2.1"]}) as service:
            resolver = a_resolver(service)
            first = asyncio.create_task(resolver.resolve("a.test"))
            second = asyncio.create_task(resolver.resolve("a.test"))
            await asyncio.sleep(0)
            first.cancel()
            assert kind(await second) == "found"
            await resolver.aclose()

    run(main())


def test_the_hosts_file_comes_before_the_name_service(tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    file.write_text("# mine\n192.0.2.7 a.test B.test\nnonsense c.test\n2001:db8::7 a.test # six\n")

    async def main() -> None:
        async with NameService(ONLINE) as service:
            resolver = a_resolver(service, file)
            found = await resolver.resolve("a.test")
            assert isinstance(found, Resolution)
            assert found.addresses == ("192.0.2.7", "2001:db8::7")
            assert kind(await resolver.resolve("b.test")) == "found"
            assert kind(await resolver.resolve("c.test")) == "nxdomain"
            assert {name for name, _ in service.asked} == {"c.test", *CANARIES}
            await resolver.aclose()

    run(main())


@pytest.mark.parametrize("host", ["192.0.2.1", "[2001:db8::1]"])
def test_literal_addresses_are_asked_of_nobody(host: str) -> None:
    (found,) = answers({}, host)
    assert isinstance(found, Resolution)
    assert found.addresses == (host.strip("[]"),)


@pytest.mark.parametrize("text", ["ns.test", "1.1.1.1:x", "", "1.1.1.1:"])
def test_a_nameserver_that_is_none_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match=r"fetch\.nameservers"):
        Resolver(FetchSettings(nameservers=(text,)), VantageSettings())


@pytest.mark.parametrize("text", ["1.1.1.1", "1.1.1.1:5353", "::1", "[::1]:5353"])
def test_nameservers_are_addresses_with_or_without_port(text: str) -> None:
    Resolver(FetchSettings(nameservers=(text,)), VantageSettings())
