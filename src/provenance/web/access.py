"""Who may come in. Without a token (on loopback only) everybody who sits at the machine; else who has one.

Who shows a token in the form gets a session, which lives in this process and ends with it, after a
day's work, after a while without a request, and when signing out.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from threading import Lock

from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from provenance.settings import ServeSettings
from provenance.web.guesses import Guesses
from provenance.web.tokens import Keyring, Person, digest_of

__all__ = ["Door", "TooManyGuesses", "is_loopback"]

_MAX_SESSIONS = 1000
_MAX_SESSIONS_OF_ONE = 100
# scrypt takes 16 MB and a core each time: more at once only make everybody wait longer.
_HASHES_AT_ONCE = 2
_HOUR_S, _MINUTE_S = 3600.0, 60.0


def is_loopback(host: str) -> bool:
    """Tell whether an address to listen at can be reached from this machine only.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0"), is_loopback("")
    (True, True, False, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class TooManyGuesses(Exception):
    """This address, or all together, sent too many wrong tokens; `wait_s` says how long to wait."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"wait {wait_s:.0f} s")
        self.wait_s = wait_s


class _Session(Struct):
    """A person at work; `ends` and `rests` (seconds of a steady clock) are when it is over."""

    person: Person
    ends: float
    rests: float


class Door:
    """Lets in who has a session or a token. Without any token it stands open, and `host` is who comes in.

    `now` is a steady clock in seconds.

    Raises:
        SettingsError: the tokens of the settings cannot be meant.
    """

    def __init__(
        self, settings: ServeSettings, *, now: Callable[[], float], host: str = "editor"
    ) -> None:
        self._keyring = Keyring(settings)
        self._host = Person(host, "editor")
        self._now = now
        self._session_s = settings.session_hours * _HOUR_S
        self._idle_s = settings.session_idle_minutes * _MINUTE_S
        self._sessions: dict[str, _Session] = {}
        self._proven: dict[str, Person] = {}
        self._lock = Lock()
        self._turns = asyncio.Semaphore(_HASHES_AT_ONCE)
        self.guesses = Guesses(
            now,
            per_address=settings.logins_per_minute,
            in_all=settings.logins_per_minute_in_all,
        )

    @property
    def is_open(self) -> bool:
        """Whether nobody is asked for a token."""
        return self._keyring.is_empty

    @property
    def host(self) -> Person:
        """Return who comes in where nobody is asked."""
        return self._host

    def is_proven(self, token: str) -> bool:
        """Tell whether a token was found right since the start."""
        return digest_of(token) in self._proven

    async def person_of_token(self, token: str, address: str) -> Person | None:
        """Return whose token it is; None where it is nobody's, which is counted.

        Takes some 50 ms for a token not seen before, and its turn where many are asked at once.

        Raises:
            TooManyGuesses: the address has to wait; not even the right token is listened to.
        """
        wait_s = self.guesses.wait_s(address)
        if wait_s > 0:
            raise TooManyGuesses(wait_s)
        digest = digest_of(token)
        if digest in self._proven:
            return self._proven[digest]
        wait_s = self.guesses.take(address)
        if wait_s > 0:
            raise TooManyGuesses(wait_s)
        async with self._turns:
            person = await run_in_threadpool(self._keyring.holder_of, token)
        if person is not None:
            self._proven[digest] = person
            self.guesses.give_back(address)
        return person

    def person_of_session(self, shown: Iterable[str]) -> tuple[Person, str] | None:
        """Return whose session is shown and its digest, and count from now on how long nothing is done.

        Where several live sessions are shown, a stranger put one there: none counts.
        """
        now = self._now()
        with self._lock:
            digests = {digest_of(secret) for secret in shown}
            found = {
                each: session
                for each in digests
                if (session := self._sessions.get(each)) is not None
                and now < min(session.ends, session.rests)
            }
            if len(found) != 1:
                return None
            digest, session = found.popitem()
            session.rests = now + self._idle_s
            return session.person, digest

    def open_session(self, person: Person) -> str:
        """Return a new session's secret, for the cookie."""
        now = self._now()
        secret = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions = {
                each: session
                for each, session in self._sessions.items()
                if now < min(session.ends, session.rests)
            }
            own = [each for each, session in self._sessions.items() if session.person == person]
            if len(own) >= _MAX_SESSIONS_OF_ONE:
                del self._sessions[own[0]]
            if len(self._sessions) >= _MAX_SESSIONS:
                del self._sessions[next(iter(self._sessions))]
            self._sessions[digest_of(secret)] = _Session(
                person, now + self._session_s, now + self._idle_s
            )
        return secret

    def end_session(self, digest: str) -> None:
        """Forget a session."""
        with self._lock:
            self._sessions.pop(digest, None)
