"""A complaint from its receipt to the archive, for the tests of what is printed about it.

`python -m tests.on_paper` writes the texts of tests/integration/papers/ again, after a change of words.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.documents.case_papers import page_data
from bot.documents.typesetting import Typesetter
from bot.wording.rendering import Renderer
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case, Contribution, Happened, Officer, Purpose
from conversations.complaints.complaint import Part
from conversations.complaints.follow_up import Plan
from conversations.complaints.life_cycle import Status
from conversations.complaints.rules import Rules
from conversations.documents.pages import PAGES
from conversations.documents.sources import Sources
from conversations.messages import DocumentKind
from conversations.queries import HistoryEntry
from tests.lettered import AGENCIES
from tests.paper import text_of
from tests.unit.filed import complaint
from tests.unit.transcript import START

GOLDEN = Path(__file__).parent / "integration" / "papers"
RULES = Rules(agencies=AGENCIES)
RENDERER = Renderer()
RINA = Officer(id=602, name="Rina Wati, S.Sos.", position="Analis Pengaduan", nip="198001012005011001")
# Words about the person that a document for officers must not have.
NAME, ADDRESS = "Zulkarnaen Melati", "Dusun Kenanga RT 02 RW 01, Desa Anggrek, Kecamatan Seroja"
PHONE, STORY = "081299988877", "Bantuan kamboja belum cair."
PERSONAL = ("Zulkarnaen", "Melati", "Kenanga", "Anggrek", "Seroja", PHONE)
KINDS = (DocumentKind.RESPONSE, DocumentKind.CLOSING, DocumentKind.SLIP)
# Which of its kind: the first response, the instruction at the first place.
DETAILS = {DocumentKind.RESPONSE: "1", DocumentKind.CLOSING: "", DocumentKind.SLIP: "1"}


def handled(agency: str = "dpmd", **changes: Any) -> Case:
    """A complaint that was given to a division, answered, rated and archived with a plan."""
    known = next(one for one in AGENCIES if one.id == agency)
    said = {"name": NAME, "address": ADDRESS, "phone": PHONE, "signature": NAME, **changes.pop("said", {})}
    story = (Part(message=11, at=START, text=STORY), Part(message=12, at=START, kind="photo", file="f1"))
    filed = complaint(**{"agency": agency, "service": known.services[0].id, "story": story, **said})
    instruction = written(Purpose.INSTRUCTION, 1, "Mohon telusuri.", target=known.divisions[0].id)
    response = written(Purpose.RESPONSE, 26, "Bantuan disalurkan hari Senin.\nMohon membawa undangan.", "a1")
    plan = Plan(
        text="Memeriksa lagi penyaluran.", division="desk", due_on=date(2026, 4, 24), by=RINA.name, at=at(60)
    )
    return Case(
        **{
            "id": "case00000042",
            "agency": agency,
            "reference": f"{known.prefix}-2026-0042",
            "access_hash": "hash",
            "status": Status.ARCHIVED,
            "complaint": filed,
            "filed_by": 501,
            "chat": known.staff_chat_id,
            "received_at": START,
            "due_on": date(2026, 3, 27),
            "officer": RINA,
            "verified_by": RINA,
            "classified": known.classes[0].id if known.classes else "",
            "level": 2,
            "thread": (
                instruction,
                written(Purpose.NOTE, 2, "Catatan melur."),
                response.model_copy(update={"position": RINA.position, "nip": RINA.nip}),
                Contribution(purpose=Purpose.ADDITION, by="", at=at(30), parts=_text("Tambahan kamboja.")),
            ),
            "timeline": tuple(_timeline(known)),
            "objection_until": date(2026, 3, 28),
            "stars": 4,
            "plan": plan,
            **changes,
        }
    )


def at(hours: float) -> datetime:
    """The moment this many hours after the receipt."""
    return START + timedelta(hours=hours)


def written(purpose: Purpose, hours: float, text: str, file: str = "", target: str = "") -> Contribution:
    """What Rina wrote this many hours after the receipt."""
    parts = _text(text)
    if file:
        parts = (*parts, Part(message=22, at=at(hours), kind="document", file=file, name="keputusan.pdf"))
    return Contribution(purpose=purpose, by=RINA.name, at=at(hours), parts=parts, target=target)


def _text(text: str) -> tuple[Part, ...]:
    return (Part(message=21, at=START, text=text),)


def _timeline(agency: Agency) -> Iterator[Happened]:
    yield Happened(status=Status.RECEIVED, at=START)
    yield Happened(status=Status.VERIFIED, at=at(1), by=RINA.name)
    yield Happened(status=Status.ASSIGNED, at=at(1), by=RINA.name, division=agency.divisions[0].name)
    yield Happened(status=Status.RESPONDED, at=at(26), by=RINA.name)
    yield Happened(status=Status.CLOSED, at=at(50))
    yield Happened(status=Status.ARCHIVED, at=at(60), by=RINA.name)


HISTORY = (
    HistoryEntry(START, "citizen:501", "submitted", ""),
    HistoryEntry(at(1), "officer:602", "assigned", "Bidang"),
    HistoryEntry(at(2), "officer:602", "note", "Catatan melur."),
    HistoryEntry(at(26), "officer:602", "response", "Bantuan disalurkan."),
    HistoryEntry(at(27), "officer:603", "identity_viewed", ""),
    HistoryEntry(None, "clock", "of_a_later_version", ""),
    HistoryEntry(at(60), "officer:602", "archived", "desk"),
)


def sources(case: Case, kind: DocumentKind, detail: str | None = None) -> Sources:
    """What its documents are made from."""
    digests = {"f1": "1" * 64, "a1": "a" * 64}
    return Sources(
        case, RULES, HISTORY, digests, DETAILS[kind] if detail is None else detail, names={602: RINA.name}
    )


async def printed(
    typesetter: Typesetter, case: Case, kind: DocumentKind, language: str = "id", detail: str | None = None
) -> str:
    """The text of the PDF."""
    data = page_data(PAGES[kind], sources(case, kind, detail), RENDERER, language)
    return text_of(await typesetter.pdf("document", data))


def golden(kind: DocumentKind, agency: str, language: str) -> Path:
    """The file with the text that the PDF has to have."""
    return GOLDEN / f"{kind}-{agency}-{language}.txt"


async def _write() -> None:
    typesetter = Typesetter()
    for kind in KINDS:
        for agency in AGENCIES:
            for language in ("id", "en"):
                text = await printed(typesetter, handled(agency.id), kind, language)
                golden(kind, agency.id, language).write_text(text + "\n", encoding="utf-8")
    await typesetter.close()


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    asyncio.run(_write())
