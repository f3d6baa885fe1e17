"""Tokens: 32 random bytes, of which only a scrypt hash is kept, in the settings; and whose they are.

There are three ways to name a holder. `serve.token_scrypt` is the token of all editors,
`serve.reader_token_scrypt` that of all readers; both keep nobody's name. A person's own
(`[[serve.tokens]]`) begins with the name and a full stop, so that it takes one hash to check and not
one for each person.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Literal, NamedTuple

from provenance.errors import SettingsError
from provenance.settings import ServeSettings

__all__ = ["Keyring", "Person", "Role", "digest_of", "hash_token", "is_token", "make_token"]

Role = Literal["reader", "editor"]

# RFC 7914's interactive cost (16 MB, some 50 ms): the token has 256 bits of its own, the cost is for
# whoever sets a shorter one by hand.
_N, _R, _P = 2**14, 8, 1
_MAX_MEMORY_BYTES = 2**28


class Person(NamedTuple):
    """Who asks: as the audit log and reviews name them, and what they may do."""

    name: str
    role: Role

    @property
    def may_write(self) -> bool:
        """Whether they may change what is kept."""
        return self.role == "editor"


def make_token(name: str = "") -> str:
    """Return a new token, fit to be typed into a form or an `Authorization` header."""
    secret = secrets.token_urlsafe(32)
    return f"{name}.{secret}" if name else secret


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


def digest_of(secret: str) -> str:
    """Return what is remembered of a secret that has bits enough of its own (SHA-256, hex)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class Keyring:
    """Everybody who has a token, by the settings.

    Raises:
        SettingsError: two persons have one name, or a hash asks for more than can be computed.
    """

    def __init__(self, settings: ServeSettings) -> None:
        self._shared = [
            (Person(role, role), hashed) for role, hashed in _shared_tokens(settings) if hashed
        ]
        self._own = {
            each.name: (Person(each.name, each.role), each.scrypt) for each in settings.tokens
        }
        if len(self._own) < len(settings.tokens):
            raise SettingsError(
                "two tokens in serve.tokens have one name", hint="give each person one of their own"
            )
        for _, hashed in (*self._shared, *self._own.values()):
            _refuse_if_unusable(hashed)
        # what is computed where nobody has that name: the time must not tell
        self._nobody = hash_token(make_token())

    @property
    def is_empty(self) -> bool:
        """Whether nobody has a token."""
        return not self._shared and not self._own

    def holder_of(self, token: str) -> Person | None:
        """Return whose token it is, always after the same number of hashes (some 50 ms each)."""
        owned = self._own.get(token.partition(".")[0]) if "." in token else None
        tried = [owned] if owned else list(self._shared)
        hashes = max(1, len(self._shared))
        tried += [(None, self._nobody)] * (hashes - len(tried))  # type: ignore[list-item]
        holders = [person for person, hashed in tried if is_token(token, hashed)]
        return holders[0] if holders else None


def _shared_tokens(settings: ServeSettings) -> tuple[tuple[Role, str], ...]:
    return (("editor", settings.token_scrypt), ("reader", settings.reader_token_scrypt))


def _refuse_if_unusable(hashed: str) -> None:
    try:
        is_token("", hashed)
    except (ValueError, MemoryError, OverflowError) as error:
        raise SettingsError(
            "a token's hash in [serve] cannot be computed",
            hint="`provenance serve --new-token` makes one that can",
        ) from error


def _scrypt(token: str, salt: bytes, n: int = _N, r: int = _R, p: int = _P) -> bytes:
    return hashlib.scrypt(
        token.encode("utf-8", "surrogatepass"), salt=salt, n=n, r=r, p=p, maxmem=_MAX_MEMORY_BYTES
    )


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
