"""What the tests of letter and receipt share: the example's agencies, a filed case, and its pages as text."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from bot.documents.case_papers import CasePapers
from bot.documents.typesetting import Typesetter
from bot.wording.rendering import Renderer
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case
from conversations.complaints.complaint import Complaint, LossKind, Part
from conversations.complaints.life_cycle import Status
from conversations.complaints.rules import Rules
from conversations.complaints.signatures import complaint_digest
from conversations.documents.pages import PAGES
from conversations.documents.sources import Sources
from conversations.messages import DocumentKind
from tests.paper import text_of
from tests.unit.rules import WIB

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
AGENCIES = tuple(
    Agency.model_validate({**values, "staff_chat_id": -100_1 - place})
    for place, values in enumerate(tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["agencies"])
)
RULES = Rules(agencies=AGENCIES, bot_username="AduanPasuruanBot")
ACCOUNT = 501
# Tuesday
FILED = datetime(2026, 3, 17, 9, 5, tzinfo=WIB)
PHOTO_DIGEST, VOICE_DIGEST, SIGNATURE_DIGEST = "1f" * 32, "2e" * 32, "3d" * 32
DIGESTS: Mapping[str, str] = {
    "photo": PHOTO_DIGEST,
    "voice": VOICE_DIGEST,
    "signature": SIGNATURE_DIGEST,
    "lost": "",
}
WORDING = Renderer()


def part(kind: str = "text", text: str = "", file: str = "", name: str = "") -> Part:
    """A message of the story."""
    return Part.model_validate({
        "message": 11, "at": FILED, "kind": kind, "text": text, "file": file, "name": name,
    })  # fmt: skip


def complaint(agency: str = "dpmd", **changes: Any) -> Complaint:
    """A short complaint as a citizen has signed it."""
    signed = Complaint(
        **{
            "agency": agency,
            "service": "Pelayanan loket",
            "story": (part(text="Saya diminta datang lagi.\nTidak ada penjelasan."),),
            "occurred": {"text": "kemarin", "day": "2026-03-16", "place": ""},
            "loss_kind": LossKind.MATERIAL,
            "loss": "Rp 50.000 untuk transpor",
            "resolution": "Penjelasan tertulis",
            "name": "Siti Aminah",
            "address": "Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil",
            "place": "Bangil",
            "signature": "Siti Aminah",
            "signed_at": FILED,
            "notice_version": "1",
            "notice_accepted_at": FILED,
            **changes,
        }
    )
    return signed.model_copy(update={"signature_digest": complaint_digest(signed, ACCOUNT)})


def case_of(signed: Complaint, **changes: Any) -> Case:
    """The complaint as it was received."""
    agency = next(agency for agency in AGENCIES if agency.id == signed.agency)
    return Case(
        **{
            "id": "case00000042",
            "agency": signed.agency,
            "reference": f"{agency.prefix}-2026-0042",
            "access_hash": "hash",
            "status": Status.RECEIVED,
            "complaint": signed,
            "filed_by": ACCOUNT,
            "chat": agency.staff_chat_id,
            "received_at": FILED,
            "due_on": date(2026, 3, 27),
            "history_head": "ab" * 32,
            **changes,
        }
    )


def sources(case: Case, rules: Rules = RULES) -> Sources:
    """The case with the digests of its stored files."""
    return Sources(case, rules, (), DIGESTS)


class Printer:
    """Typesets documents of a case as the outbox does it."""

    def __init__(self) -> None:
        self._typesetter = Typesetter()
        nothing = cast("Any", None)
        self._papers = CasePapers(nothing, nothing, WORDING, self._typesetter)

    async def pdf(self, kind: DocumentKind, case: Case, language: str = "id") -> bytes:
        """The document."""
        return await self._papers.typeset(PAGES[kind], sources(case), language)

    async def text(self, kind: DocumentKind, case: Case, language: str = "id") -> str:
        """The text of the document."""
        return text_of(await self.pdf(kind, case, language))

    async def close(self) -> None:
        """End the process."""
        await self._typesetter.close()
