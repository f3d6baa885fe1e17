"""What our own forms carry, and a page of another site cannot know (a synchronizer token, by HMAC).

It is bound to the session; on the page that asks for the token, where there is none yet, to a
cookie of its own; where nobody is asked for a token, to this process. It says nothing of what it is
bound to, and is over when this process ends. It stands beside the gatekeeper's look at `Origin` and
`Sec-Fetch-Site`, for browsers and proxies that leave these out.
"""

import hashlib
import hmac
import secrets

__all__ = ["FIELD", "HEADER", "Seals"]

# the form's field, and the header of a script that sends something else than a form
FIELD = "csrf"
HEADER = "x-csrf-token"


class Seals:
    """Makes and checks what forms carry."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def seal(self, bound_to: str) -> str:
        """Return what a form for `bound_to` carries (64 hex digits)."""
        return hmac.new(self._key, bound_to.encode(), hashlib.sha256).hexdigest()

    def is_sealed(self, shown: str, bound_to: str) -> bool:
        """Tell whether a form that came back is ours and for `bound_to`, in a time that tells nothing."""
        return hmac.compare_digest(
            self.seal(bound_to).encode(), shown.encode("utf-8", "surrogatepass")
        )
