"""Settings: read once, every wrong key named with its place, no typing error passes for a default."""

from pathlib import Path

import pytest

from provenance.cli.faults import describe_error
from provenance.errors import SettingsError
from provenance.settings import Settings, find_settings_file, load_settings


def written(folder: Path, text: str) -> Path:
    path = folder / "provenance.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold() -> None:
    assert load_settings(None) == Settings()


def test_what_is_written_wins_and_the_rest_stays_default(tmp_path: Path) -> None:
    text = '[fetch]\nper_host_interval_s = 2\n[fetch.connect_to]\n"a.test:443" = "127.0.0.1:8443"\n'
    fetch = load_settings(written(tmp_path, text)).fetch
    assert fetch.per_host_interval_s == 2.0
    assert fetch.connect_to == {"a.test:443": "127.0.0.1:8443"}
    assert fetch.attempts == Settings().fetch.attempts


def test_a_relative_ca_file_is_taken_from_the_settings_folder(tmp_path: Path) -> None:
    path = written(tmp_path, '[fetch]\nca_file = "our-ca.pem"\n')
    assert load_settings(path).fetch.ca_file == str(tmp_path / "our-ca.pem")


@pytest.mark.parametrize(
    ("text", "said", "drawn"),
    [
        ("[fetch]\nper_host_dellay = 1\n", "per_host_dellay", "~~~~~~~~~~~~~~^"),
        ("[fetsch]\n", "fetsch", "~~~~~^"),
        ('[fetch]\nattempts = "three"\n', "attempts", "~~~~~~~^"),
        ("[fetch\n", "line 1", "^"),
    ],
)
def test_an_error_names_the_file_and_draws_the_place(
    tmp_path: Path, text: str, said: str, drawn: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(written(tmp_path, text))
    shown = describe_error(caught.value)
    assert "provenance.toml" in shown.splitlines()[0]
    assert said in shown
    assert shown.splitlines()[2].strip() == drawn


def test_a_missing_or_binary_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot read"):
        load_settings(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_settings(tmp_path / "binary.toml")


def test_the_file_in_force_is_the_named_one_then_the_environment_then_the_folder(
    tmp_path: Path,
) -> None:
    beside = written(tmp_path, "")
    assert find_settings_file("x.toml", {"PROVENANCE_CONFIG": "y.toml"}, tmp_path) == Path("x.toml")
    assert find_settings_file(None, {"PROVENANCE_CONFIG": "y.toml"}, tmp_path) == Path("y.toml")
    assert find_settings_file(None, {}, tmp_path) == beside
    assert find_settings_file(None, {}, tmp_path / "elsewhere") is None
