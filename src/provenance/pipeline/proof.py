"""What a package proves once it was checked, and what it does not, in plain words."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

__all__ = ["Proof", "Seal", "SealVerdict", "Stamp", "tell_proof"]

SealVerdict = Literal["good", "bad", "none", "not_checked"]


class Seal(Struct, frozen=True):
    """A signature: `key_sha256` is the fingerprint of the public key, to be compared by people."""

    verdict: SealVerdict
    reason: str
    key_sha256: str | None = None


class Stamp(Struct, frozen=True):
    """A time stamp. `trusted` where its signer leads to a root that the reader named."""

    verdict: SealVerdict
    reason: str
    at: str | None = None
    signer: str | None = None
    trusted: bool = False


class Proof(Struct, frozen=True):
    """What was found: `is_known` where the reader named the key, `compared` as in `Verified`."""

    created: str
    files: int
    records: int
    compared: Mapping[str, int]
    is_good: bool
    is_known: bool
    signature: Seal
    stamp: Stamp


def tell_proof(found: Proof) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what follows from what was found, and what does not."""
    if not found.is_good:
        return (), (
            "Something is not as it was made: rely on nothing of it before that is explained.",
        )
    listed = f"Each of the {found.files:,} files is what the package's own list of digests says"
    proven = [f"{listed}, and each of the {found.records:,} records what its own digests say."]
    if found.compared:
        proven.append(_told_rows(found.compared))
    not_proven: list[str] = []
    _tell_signature(found, proven, not_proven)
    _tell_stamp(found, proven, not_proven)
    not_proven.append(
        "That a page said this to everybody, and that what it says is true: it was shown to one"
        " machine at one moment, and a passage is what was found to fit a claim."
    )
    return tuple(proven), tuple(not_proven)


def _told_rows(compared: Mapping[str, int]) -> str:
    passages = compared.get("evidence", 0) + compared.get("reviews", 0)
    return (
        f"The database says what the records say: {compared.get('captures', 0):,} captures,"
        f" {compared.get('texts', 0):,} texts; {compared.get('claims', 0):,} claims and {passages:,}"
        " passages stand in their texts where it says."
    )


def _tell_signature(found: Proof, proven: list[str], not_proven: list[str]) -> None:
    match found.signature.verdict:
        case "good" if found.is_known:
            proven.append(
                "Whoever has the key that you named signed it, and nothing changed since."
            )
        case "good":
            proven.append("Whoever has its key signed it, and nothing changed since.")
            not_proven.append(
                "Whose key that is: compare its SHA-256 with what the signer tells you, and name it"
                " with --key."
            )
        case _:
            not_proven.append(
                "That nothing was changed since it was packed: it is not signed, and whoever changes"
                " a file on purpose can change the digests with it."
            )


def _tell_stamp(found: Proof, proven: list[str], not_proven: list[str]) -> None:
    stamp = found.stamp
    if stamp.verdict == "good" and stamp.trusted:
        proven.append(f"It was there on {stamp.at}: an authority that you trust says so.")
    elif stamp.verdict == "good":
        not_proven.append(
            f"That it was there on {stamp.at}: its time stamp says so, and whether you trust that"
            " authority it cannot say; name its root with --tsa-ca."
        )
    else:
        when = f" ({found.created})" if found.created else ""
        not_proven.append(
            f"When it was made: the moments in it{when} are those of its maker's clock."
        )
