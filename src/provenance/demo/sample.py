"""Where the sample updates lie."""

from pathlib import Path

__all__ = ["SAMPLE_UPDATES", "sample_update_path"]

# The update, and that of the week after, which cites some of the same pages.
SAMPLE_UPDATES = ("sample-update.txt", "sample-next-update.txt")


def sample_update_path(name: str = "sample-update.txt") -> Path:
    """Return the path of the sample update, of its twin `sample-update.html`, or of the next one.

    The checkout's copy in `footnotes/` first, so that what a person reads and edits
    is what runs; else the copy that the wheel carries beside this module.

    Raises:
        FileNotFoundError: neither is there, which means a broken installation.
    """
    here = Path(__file__).parent
    in_checkout = here.parents[2] / "footnotes" / name
    for candidate in (in_checkout, here / name):
        if candidate.is_file():
            return candidate
    raise FileNotFoundError(f"the installation carries no {name}")
