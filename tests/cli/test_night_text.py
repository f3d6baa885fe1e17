"""The morning report as it is printed."""

import pytest

from provenance.cli.night_text import show_report
from support.nights import a_blind_night, a_busy_night, a_hostile_night


def test_a_pipe_gets_a_screen_of_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    show_report(a_busy_night())
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in "".join(lines)
    assert any("→" in line for line in lines)


def test_all_of_it_is_printed_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    show_report(a_busy_night(), everything=True)
    out = capsys.readouterr().out
    assert all(change.url in out for change in a_busy_night().changes if change.url)


def test_a_night_of_our_own_outage_is_three_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show_report(a_blind_night())
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_strangers_words_steer_no_terminal_even_in_colour(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    show_report(a_hostile_night(), everything=True)
    out = capsys.readouterr().out
    assert "\x1b[2J" not in out
    assert "\x07" not in out
    assert "javascript:" not in "".join(part for part in out.split("\x1b]8;")[1:])
