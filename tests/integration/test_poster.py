"""The poster and the cards: their words for both agencies and languages, and the command that writes them."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.config.settings import read
from bot.documents.blocks import qr_code
from bot.documents.poster import Sheet, link_of, sheet_data, whatsapp_link_of
from bot.documents.typesetting import Typesetter
from bot.practice import town
from bot.simulator.server import Simulator
from bot.wording.rendering import Renderer
from conversations.complaints.agency import Agency
from conversations.complaints.rules import Language
from tests.commands import aduan
from tests.paper import page_count, words_of

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
LANGUAGES = get_args(Language)
BOT = "AduanPasuruanBot"
NUMBER = "6281234567890"
LONGEST_NAME = ("Badan Perencanaan Pembangunan, Penelitian dan Pengembangan Daerah " * 2)[:120]


def agency_of(place: int, **changes: Any) -> Agency:
    values = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    values["telegram"]["token"] = "1:A"
    return read(values).agencies[place].model_copy(update=changes)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
async def typesetter() -> AsyncIterator[Typesetter]:
    made = Typesetter()
    yield made
    await made.close()


# language -> what the poster says besides the words of the configuration
SAID: dict[Language, tuple[str, ...]] = {
    "id": ("Gratis", "3 hari kerja", "Ditanggapi paling lambat", "tekan Mulai", "Petugas membantu"),
    "en": ("Free", "3 working days", "Answer at the latest", "press Start", "An officer helps"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("position", [0, 1])
async def test_a_poster_is_one_page_with_the_agency_its_code_and_the_other_ways(
    typesetter: Typesetter, renderer: Renderer, position: int, language: Language
) -> None:
    agency = agency_of(position)
    data = sheet_data("poster", agency, BOT, renderer, language)
    pdf = await typesetter.pdf("poster", data)
    printed = words_of(pdf)
    assert page_count(pdf) == 1
    known = (*agency.contact.phones, agency.contact.address, *agency.standard.channels)
    for part in (*SAID[language], *known, agency.full_name.upper(), f"t.me/{BOT}?start={agency.id}"):
        assert part in printed
    assert [code["svg"] for code in data["blocks"] if code["block"] == "qr"] == [
        qr_code(f"https://t.me/{BOT}?start={agency.id}")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_there_are_ten_cards_on_a_page(
    typesetter: Typesetter, renderer: Renderer, language: Language
) -> None:
    pdf = await typesetter.pdf("cards", sheet_data("cards", agency_of(0), BOT, renderer, language))
    printed = words_of(pdf)
    assert page_count(pdf) == 1
    free = SAID[language][0].lower()
    for part in ("Dinas Pemberdayaan Masyarakat dan Desa", free, f"t.me/{BOT}", SAID[language][1]):
        assert printed.count(part) == 10


# the agency's clock -> how long the poster says that it takes, in Indonesian and in English
CLOCKS = [
    ({"days": 5, "unit": "calendar"}, ("5 hari kalender", "paling lambat"), ("5 days", "at the latest")),
    ({"days": 1, "unit": "working"}, ("1 hari kerja", "paling lambat"), ("1 working day", "at the latest")),
    (
        {"starts_at": "verification"},
        ("3 hari kerja", "setelah diperiksa"),
        ("3 working days", "after the check"),
    ),
]


@pytest.mark.parametrize(("clock", "indonesian", "english"), CLOCKS)
def test_the_days_are_those_of_the_configuration(
    renderer: Renderer, clock: dict[str, Any], indonesian: tuple[str, ...], english: tuple[str, ...]
) -> None:
    agency = agency_of(0)
    agency = agency.model_copy(update={"clock": agency.clock.model_copy(update=clock)})
    said: dict[Language, tuple[str, ...]] = {"id": indonesian, "en": english}
    for language, parts in said.items():
        words = str(sheet_data("poster", agency, BOT, renderer, language)["blocks"])
        assert all(part in words for part in parts)


@pytest.mark.parametrize("sheet", get_args(Sheet))
async def test_the_longest_name_fits_on_the_page(
    typesetter: Typesetter, renderer: Renderer, sheet: Sheet
) -> None:
    agency = agency_of(1, full_name=LONGEST_NAME)
    assert page_count(await typesetter.pdf(sheet, sheet_data(sheet, agency, BOT, renderer, "id"))) == 1


# language -> what the poster says where there are two codes
BOTH: dict[Language, tuple[str, ...]] = {
    "id": ("lewat WhatsApp atau Telegram", "salah satu kode", "kirim", "Mulai"),
    "en": ("through WhatsApp or Telegram", "one of the codes", "send", "Start"),
}


def codes(data: dict[str, Any]) -> list[str]:
    return [block["svg"] for block in data["blocks"] if block["block"] == "qr"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("sheet", get_args(Sheet))
async def test_with_whatsapp_there_is_a_code_for_each_messenger(
    typesetter: Typesetter, renderer: Renderer, sheet: Sheet, position: int, language: Language
) -> None:
    agency = agency_of(position)
    data = sheet_data(sheet, agency, BOT, renderer, language, NUMBER)
    assert codes(data) == [
        qr_code(f"https://wa.me/{NUMBER}?text=Lapor%20{agency.short_name}"),
        qr_code(f"https://t.me/{BOT}?start={agency.id}"),
    ]
    pdf = await typesetter.pdf(sheet, data)
    printed, times = words_of(pdf), 1 if sheet == "poster" else 10
    assert page_count(pdf) == 1
    for part in (f"wa.me/{NUMBER}", f"t.me/{BOT}"):
        assert printed.count(part) == times
    for part in BOTH[language]:
        assert part in printed


@pytest.mark.parametrize("sheet", get_args(Sheet))
async def test_the_longest_name_fits_next_to_two_codes(
    typesetter: Typesetter, renderer: Renderer, sheet: Sheet
) -> None:
    agency = agency_of(1, full_name=LONGEST_NAME)
    data = sheet_data(sheet, agency, "a" * 32, renderer, "id", "1" * 15)
    assert page_count(await typesetter.pdf(sheet, data)) == 1


def test_without_a_number_there_is_no_link_to_whatsapp(renderer: Renderer) -> None:
    assert whatsapp_link_of(agency_of(0), "") == ""
    for sheet in get_args(Sheet):
        assert "WhatsApp" not in str(sheet_data(sheet, agency_of(0), BOT, renderer, "id"))


def test_what_an_agency_does_not_have_is_left_out(renderer: Renderer) -> None:
    agency = agency_of(0)
    bare = agency.model_copy(
        update={
            "contact": agency.contact.model_copy(update={"phones": (), "counter_hours": ""}),
            "standard": agency.standard.model_copy(update={"channels": ()}),
        }
    )
    words = str(sheet_data("poster", bare, BOT, renderer, "id")["blocks"])
    assert "Telepon" not in words
    assert "LAPOR" not in words


def write_config(simulator: Simulator, folder: Path) -> Path:
    path = folder / "config.toml"
    path.write_text(town.configuration(simulator, folder), encoding="utf-8")
    return path


async def poster(config: Path, *arguments: str) -> tuple[int, str]:
    """The exit code of `aduan poster`, and what it printed."""
    command = ("poster", "--config", str(config), *arguments)
    done = await asyncio.to_thread(partial(aduan, folder=config.parent), *command)
    return done.returncode, " ".join(f"{done.stdout} {done.stderr}".split())


async def test_the_command_takes_the_name_of_the_bot_from_the_messenger(
    simulator: Simulator, tmp_path: Path
) -> None:
    output = tmp_path / "dpmd.pdf"
    code, said = await poster(
        write_config(simulator, tmp_path), "dpmd", "--output", str(output), "--bot", "Another_Bot"
    )
    assert (code, said) == (0, f"{output}: the code opens https://t.me/AduanBot?start=dpmd")
    assert "t.me/AduanBot?start=dpmd" in words_of(output.read_bytes())


async def test_the_command_names_both_addresses(simulator: Simulator, tmp_path: Path) -> None:
    path = write_config(simulator, tmp_path)
    section = f'''[whatsapp]
phone_number_id = "106540352242922"
business_account_id = "102290129340398"
number = "{NUMBER}"
token = "EAAxyz"
app_secret = "abc"
verify_token = "kata"
base_url = "http://127.0.0.1:9"'''
    text = path.read_text(encoding="utf-8").replace("[whatsapp]", section)
    path.write_text(text.replace('#listen = ""', 'listen = "127.0.0.1:8080"'), encoding="utf-8")
    code, said = await poster(path, "dpmd", "--output", str(tmp_path / "dpmd.pdf"))
    assert code == 0
    assert said.endswith(
        f"the codes open https://wa.me/{NUMBER}?text=Lapor%20DPMD and https://t.me/AduanBot?start=dpmd"
    )


async def test_without_the_messenger_the_name_is_that_of_the_command_line(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write_config(simulator, tmp_path)
    await simulator.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    code, said = await poster(config, "bakesbangpol", "--cards", "--language", "en", "--bot", "@Another_Bot")
    assert (code, said) == (
        0,
        "cards-bakesbangpol.pdf: the code opens https://t.me/Another_Bot?start=bakesbangpol",
    )
    assert words_of((tmp_path / "cards-bakesbangpol.pdf").read_bytes()).count("t.me/Another_Bot") == 10


async def test_without_any_name_the_command_says_what_to_do(simulator: Simulator, tmp_path: Path) -> None:
    config = write_config(simulator, tmp_path)
    await simulator.close()
    code, said = await poster(config, "dpmd", "--output", str(tmp_path / "a.pdf"))
    assert code == 1
    assert "does not tell the bot's user name" in said
    assert "--bot AduanBot" in said
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nobody"], 1, "no agency 'nobody'; expected one of dpmd, bakesbangpol"),
        (["dpmd", "--language", "jv"], 2, "jv"),
        (["dpmd", "--bot", "t.me/x"], 1, "'t.me/x' is no user name"),
        (["dpmd", "--output", "/no/such/folder/a.pdf"], 1, "/no/such/folder/a.pdf"),
    ],
)
async def test_what_cannot_be_done_is_said_in_words(
    simulator: Simulator, tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    done, said = await poster(write_config(simulator, tmp_path), *arguments)
    assert done == code
    assert says in said
    assert "Traceback" not in said


def test_the_link_is_the_one_that_the_configuration_explains() -> None:
    assert link_of(agency_of(0), "x_bot") == "https://t.me/x_bot?start=dpmd"
