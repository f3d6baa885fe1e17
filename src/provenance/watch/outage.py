"""Is it us? Told while a night is asking, so that a machine without a network asks five, not two thousand. PURE."""

from provenance.model import FailureKind, Visit

__all__ = ["OutageWatch"]

# So many hosts, none of which answered, and nothing else: that is our side.
_SILENT_HOSTS = 25
_UNANSWERED: frozenset[FailureKind] = frozenset(
    {"dns", "refused", "unreachable", "timeout", "tls", "reset"}
)


class OutageWatch:
    """Hears of each look in the order in which they end.

    Two signs: `offline_looks` looks in a row from an offline vantage (the canaries answer no more than
    anybody), or the first 25 hosts all without an answer. One answer of any kind takes the second away.
    """

    def __init__(self, offline_looks: int) -> None:
        self._offline_looks = offline_looks
        self._offline_in_a_row = 0
        self._has_answer = False
        self._has_online = self._has_offline = False
        self._silent_hosts: set[str] = set()

    @property
    def was_all_offline(self) -> bool:
        """Tell whether there were looks, and every one was made offline, however few they were."""
        return self._has_offline and not self._has_online

    def hear(self, visit: Visit, host: str | None) -> bool:
        """Take note of a look; tell whether nobody else should be asked tonight."""
        if visit.vantage == "offline":
            self._has_offline = True
            self._offline_in_a_row += 1
            return self._offline_in_a_row >= self._offline_looks
        self._has_online = True
        self._offline_in_a_row = 0
        failure = visit.failure
        if visit.hops or (failure is not None and failure.kind not in _UNANSWERED):
            self._has_answer = self._has_answer or bool(visit.hops)
        elif host is not None:
            self._silent_hosts.add(host)
        return not self._has_answer and len(self._silent_hosts) >= _SILENT_HOSTS
