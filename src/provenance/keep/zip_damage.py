"""What reading a file of a damaged or hostile ZIP may raise: one list for all who read packages."""

import lzma
import zipfile
import zlib

__all__ = ["ZIP_DAMAGE"]

# One for each coding that zipfile undoes (bz2 raises OSError), an unknown one (NotImplementedError),
# a password (RuntimeError), and an end that comes too early.
ZIP_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
