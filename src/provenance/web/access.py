"""Who may come in. Without a token (on loopback only) everybody who sits at the machine; else who has it.

The token is 32 random bytes. Only its scrypt hash is kept, in the settings; who shows the token gets
a session, which lives in this process and ends with it.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from ipaddress import ip_address

from msgspec import Struct

__all__ = ["Door", "hash_token", "is_loopback", "is_token", "make_token"]

# RFC 7914's interactive cost (16 MB, some 50 ms): the token has 256 bits of its own, the cost is for
# whoever sets a shorter one by hand.
_N, _R, _P = 2**14, 8, 1
_MAX_SESSIONS = 1000
_MINUTE_S = 60.0


def make_token() -> str:
    """Return a new token, fit to be typed into a form or an `Authorization` header."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return what is written into the settings for a token: `scrypt$n$r$p$salt$hash`."""
    salt = secrets.token_bytes(16)
    return "$".join(
        ("scrypt", str(_N), str(_R), str(_P), _encode(salt), _encode(_scrypt(token, salt)))
    )


def is_token(token: str, hashed: str) -> bool:
    """Tell whether a token is the one that was hashed, in a time that does not depend on it."""
    _, n, r, p, salt, expected = hashed.split("$")
    made = _scrypt(token, _decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(made, _decode(expected))


def is_loopback(host: str) -> bool:
    """Tell whether an address to listen at can be reached from this machine only.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0"), is_loopback("")
    (True, True, False, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Guesses(Struct):
    """Wrong tokens from one address since `since` (seconds of a steady clock)."""

    since: float
    count: int = 0


class Door:
    """Lets in who has a session or the token. Without a hash it stands open.

    `now` is a steady clock in seconds. Wrong tokens are counted per address and minute;
    who has guessed too often is not listened to until the minute is over.
    """

    def __init__(
        self,
        token_scrypt: str,
        *,
        now: Callable[[], float],
        session_s: float,
        logins_per_minute: int,
    ) -> None:
        self._hashed = token_scrypt
        self._now = now
        self._session_s = session_s
        self._logins_per_minute = logins_per_minute
        self._sessions: dict[str, float] = {}
        self._guesses: dict[str, _Guesses] = {}
        self._proven: set[bytes] = set()

    @property
    def is_open(self) -> bool:
        """Whether nobody is asked for a token."""
        return not self._hashed

    def has_session(self, session: str) -> bool:
        """Tell whether a session is one of ours and not over."""
        ends = self._sessions.get(_digest_of(session).hex())
        return ends is not None and self._now() < ends

    def wait_s(self, address: str) -> float:
        """Return for how long an address is not listened to; 0.0 where it is."""
        guesses = self._guesses.get(address)
        if guesses is None or guesses.count < self._logins_per_minute:
            return 0.0
        return max(0.0, guesses.since + _MINUTE_S - self._now())

    def knows(self, token: str, address: str) -> bool:
        """Tell whether a token is right; a wrong one is counted. Takes some 50 ms for a token not seen before."""
        digest = _digest_of(token)
        if digest in self._proven:
            return True
        if is_token(token, self._hashed):
            self._proven.add(digest)
            return True
        self._count_guess(address)
        return False

    def open_session(self) -> str:
        """Return a new session's secret, for the cookie."""
        now = self._now()
        self._sessions = {each: ends for each, ends in self._sessions.items() if now < ends}
        while len(self._sessions) >= _MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        secret = secrets.token_urlsafe(32)
        self._sessions[_digest_of(secret).hex()] = now + self._session_s
        return secret

    def end_session(self, session: str) -> None:
        """Forget a session."""
        self._sessions.pop(_digest_of(session).hex(), None)

    def _count_guess(self, address: str) -> None:
        now = self._now()
        self._guesses = {
            each: guesses
            for each, guesses in self._guesses.items()
            if now < guesses.since + _MINUTE_S
        }
        self._guesses.setdefault(address, _Guesses(now)).count += 1


def _digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _scrypt(token: str, salt: bytes, n: int = _N, r: int = _R, p: int = _P) -> bytes:
    return hashlib.scrypt(
        token.encode("utf-8", "surrogatepass"), salt=salt, n=n, r=r, p=p, maxmem=2**28
    )


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
