"""The file of corrections, read from the working folder; none is fine."""

from pathlib import Path

from provenance.cite.corrections import Correction, parse_corrections
from provenance.errors import SettingsError
from provenance.settings import RecoverSettings

__all__ = ["read_corrections"]


def read_corrections(settings: RecoverSettings) -> tuple[Correction, ...]:
    """Return what people decided about addresses.

    Raises:
        SettingsError: the file is there and cannot be read, or says something impossible.
    """
    if not settings.corrections:
        return ()
    path = Path(settings.corrections)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SettingsError(f"cannot read corrections {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"corrections {path} are not UTF-8") from error
    return parse_corrections(text, str(path))
