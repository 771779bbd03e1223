"""The names of the files next to the bot that belong to the database of a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.settings import read
from tests.unit.test_config import with_value

AT = "postgresql+psycopg://aduan@db"
# the address of a server -> the name of the files that belong to it
NAMES = {
    f"{AT}/aduan": "aduan",
    "postgresql+psycopg://aduan:rahasia@/aduan?host=db1:5433&host=db2:5432&sslmode=require": "aduan",
    "postgresql+psycopg:///aduan?host=/run/postgresql": "aduan",
    f"{AT}/aduan-pasuruan": "aduan-pasuruan",
    f"{AT}/aduan.v2": "aduan.v2",
    f"{AT}/aduan?options=-csearch_path%3Ddpmd": "aduan.dpmd",
    f"{AT}/aduan?options=-c%20search_path=dpmd,public": "aduan.dpmd",
    f"{AT}/aduan?options=--search_path%3D%22dpmd%22": "aduan.dpmd",
    f"{AT}/aduan?options=-csearch_path%3Da%20-csearch_path%3Db": "aduan.b",
    f"{AT}/aduan?options=-cstatement_timeout%3D5s": "aduan",
    f"{AT}/..%2F..%2Fetc": "%2E.%2F..%2Fetc",
    f"{AT}/..": "%2E.",
    f"{AT}/.hidden": "%2Ehidden",
    f"{AT}/nul%00": "nul%00",
    f"{AT}/peng%C3%A1duan": "peng%C3%A1duan",
}


@pytest.mark.parametrize("address", NAMES)
def test_files_are_named_after_database_and_schema(address: str) -> None:
    name, database = NAMES[address], read(with_value("database.url", address)).database
    assert database.keys_path == Path("data") / f"{name}.key"
    assert database.documents_path == Path("data/documents") / name
    assert database.watermark_path == Path.cwd() / "state" / f"data-{name}.json"


def test_the_places_can_be_set() -> None:
    values = with_value("database.url", f"{AT}/aduan")
    values["database"] |= {"keys": "/etc/aduan/aduan.key", "state": "/var/lib/aduan/state"}
    database = read(values).database
    assert database.keys_path == Path("/etc/aduan/aduan.key")
    assert database.watermark_path == Path("/var/lib/aduan/state/data-aduan.json")
