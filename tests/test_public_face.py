"""What `import provenance` offers: every name there, cheap until it is used."""

import subprocess
import sys

import pytest

import provenance


@pytest.mark.parametrize("name", provenance.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(provenance, name) is not None


def test_a_wrong_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = provenance.nothing


def test_importing_the_package_imports_none_of_its_rooms() -> None:
    code = "import sys, provenance; print(*[m for m in sys.modules if m.startswith('provenance.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["provenance.version"]
