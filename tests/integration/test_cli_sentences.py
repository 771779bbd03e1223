"""Above the English details of a wrong configuration stands an Indonesian sentence for who keeps the bot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import aduan


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("operator_chat_id =", "Berkas konfigurasi config.toml tidak dapat dibaca."),
        ("operator_chat = 1", "Isi konfigurasi config.toml belum benar."),
        ('agencies = "dpmd"', "Isi konfigurasi config.toml belum benar."),
    ],
)
def test_above_the_details_stands_one_indonesian_sentence(tmp_path: Path, text: str, first: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    done = aduan("check", folder=tmp_path)
    assert done.returncode == 2
    sentence, *details = done.stderr.splitlines()
    assert sentence.startswith(first)
    assert details
    assert all(line.startswith("config.toml: ") for line in details)
