from collections.abc import Iterator

import pytest

from support.stores import FilledStore


@pytest.fixture
def filled() -> Iterator[FilledStore]:
    filled = FilledStore()
    yield filled
    assert filled.db.rows("PRAGMA foreign_key_check") == []
    filled.db.close()
