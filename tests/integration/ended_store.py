"""A store with two ended complaints of two citizens; every word of each carries the citizen's mark."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from bot.database import file_rows, files_table, quarantine, sent_messages
from bot.database.contents import Contents, FolderContents
from bot.database.erasure_requests import Erasing
from bot.database.members import Waiting, store_waiting
from bot.database.outbox_rows import OutboxRow
from bot.database.quarantine import Fault, Stage
from bot.database.sealing import context
from bot.sources.erasures import Erasures, Senders
from bot.turns.providers import calendars
from conversations import keys
from conversations.complaints.case import Case, Contribution, Happened, Officer, Purpose
from conversations.complaints.complaint import LossKind, Part
from conversations.complaints.completion import Supplement
from conversations.complaints.draft import Superseded
from conversations.complaints.follow_up import CaseLink, Plan
from conversations.complaints.life_cycle import Status
from conversations.complaints.terms import Terms
from conversations.conversation import Conversation, OfficerProfile, Post, Unsent
from conversations.effects import KeepFile, Outcome, RecordHistory, Send
from conversations.events import Attachment
from conversations.messages import OutgoingMessage
from conversations.world import World
from tests.integration.turn_setup import GROUP, TurnSetup, case_of, said
from tests.unit.transcript import RULES, START

SITI, BUDI, OFFICER = 777001, 888002, 601
MARKS = {SITI: "TANDASITI", BUDI: "TANDABUDI"}
# The ids of the messages about the complaint of each.
MESSAGES = {SITI: 4100, BUDI: 5200}
# The wall time of the store; a message of long ago was sent three days before.
WALL = 1_000_000.0
LONG_AGO = WALL - 3 * 86_400


def ended(name: str, serial: int, person: int) -> Case:
    """An archived complaint, each text of which has the mark of its citizen."""
    mark = MARKS.get(person, "TANDALAIN")
    case = case_of(name, serial, filed_by=person, story=f"{mark} cerita")
    photo = Part(message=2, at=START, kind="photo", file=f"{name}-1", text=f"{mark} foto")
    complaint = case.complaint.model_copy(
        update={
            "story": (*case.complaint.story, photo),
            "service": f"{mark} layanan",
            "loss_kind": LossKind.MATERIAL,
            "loss": f"{mark} rugi",
            "resolution": f"{mark} minta",
            "name": f"{mark} nama",
            "address": f"{mark} alamat",
            "phone": f"{mark}0812",
            "reported_person": f"{mark} terlapor",
            "place": f"{mark} tempat",
            "signature": f"{mark} tanda",
            "occurred": {"text": f"{mark} kemarin"},
        }
    )
    answer = Contribution(
        purpose=Purpose.RESPONSE,
        by="Rina",
        at=START,
        parts=(Part(message=3, at=START, text=f"{mark} jawab"),),
        due_on=date(2026, 3, 25),
    )
    note = Contribution(
        purpose=Purpose.NOTE, by="Rina", at=START, parts=(Part(message=4, at=START, text=f"{mark} catatan"),)
    )
    return case.model_copy(
        update={
            "complaint": complaint,
            "status": Status.ARCHIVED,
            "thread": (answer, note),
            "superseded": (Superseded(field="name", value=f"{mark} dulu", at=START),),
            "supplements": (
                Supplement(items=("address",), answers={"address": f"{mark} lengkap"}, at=START, by="Rina"),
            ),
            "timeline": (Happened(status=Status.ARCHIVED, at=START, by="Rina"),),
            "officer": Officer(id=OFFICER, name="Rina"),
            "plan": Plan(text=f"{mark} rencana", division="desk", due_on=None, by="Rina", at=START),
            "tracking": f"{mark}TRK",
            "stars": 4,
            "sources": {11: "name"},
            "prompted": {OFFICER: "Rina"},
            "meant": (OFFICER,),
        }
    )


def talk_of(case: Case) -> Conversation:
    """The conversation of the citizen who filed the case and has begun to add to it."""
    mark = MARKS[case.filed_by]
    part = Part(message=9, at=START, text=f"{mark} tambah", file=f"{case.id}-2", kind="photo")
    return Conversation(
        chat=case.filed_by,
        person=case.filed_by,
        name=f"{mark} akun",
        listener="collecting",
        last_answers={"name": f"{mark} nama", "address": f"{mark} alamat"},
        collecting=Unsent(case=case.id, purpose=Purpose.ADDITION, parts=(part,), since=START),
        opened=(case.id, "othercase000"),
        pressed=f"read_case:{case.id}",
        latest=keys.response(case.id, 1),
    )


def officer_of(case: Case) -> Conversation:
    """The conversation of the officer who has written about the case and writes again."""
    mark = MARKS[case.filed_by]
    part = Part(message=8, at=START, text=f"{mark} konsep")
    return Conversation(
        chat=GROUP,
        person=OFFICER + case.filed_by % 10,
        listener="writing",
        writing=Unsent(case=case.id, purpose=Purpose.NOTE, parts=(part,), since=START),
        posts=(Post(case=case.id, purpose=Purpose.NOTE, messages=(8,)),),
        profile=OfficerProfile(name="Rina"),
    )


@dataclass
class EndedStore(TurnSetup):
    """The store, and what erases in it."""

    contents: Contents = field(default_factory=lambda: FolderContents(Path()))
    queued: list[OutboxRow] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)

    async def fill(self, *filed: Case) -> None:
        """File these complaints with everything that the store keeps about each."""
        for case in filed:
            await self._file(case)

    async def _file(self, case: Case) -> None:
        mark, person = MARKS[case.filed_by], case.filed_by
        kept = [KeepFile(f"{case.id}-{n}", owner, person, _attachment(mark)) for n, owner in _owners(case)]
        about = {"reference": case.reference, "code": True}
        sends = (
            Send(person, OutgoingMessage("followup.thanks", {"reference": f"{case.reference}"}), ""),
            Send(person, OutgoingMessage("followup.left"), keys.response(case.id, 1), report=case.id),
            Send(GROUP, OutgoingMessage("followup.tally", _tally(about, mark)), keys.about(case.id, 5)),
        )
        records = [
            RecordHistory(case.id, f"citizen:{person}", "submitted", f"{mark} naskah"),
            RecordHistory(case.id, "officer:601", "response", f"{mark} jawab"),
        ]

        def then(_event: object, _world: World) -> Outcome:
            talks = (talk_of(case), officer_of(case))
            return Outcome(talks, (case,), (*kept, *sends, *records))

        self.core.then = then
        await self.take(said(len(self.core.seen) + 1, "halo", person=9))
        stored = [self._content(case, number) for number, _ in _owners(case)]
        await self.database.write(lambda c: self._beside(c, case, stored))

    def _content(self, case: Case, number: int) -> file_rows.StoredFile:
        data = f"{MARKS[case.filed_by]} isi {number}".encode()
        sha256 = hashlib.sha256(data).hexdigest()
        path = f"{sha256[:2]}/{sha256}"
        self.contents.write(path, self.codec.seal_in_pieces(data, context("file", sha256)))
        return file_rows.StoredFile(f"{case.id}-{number}", sha256, len(data), path)

    def _beside(self, connection: Connection, case: Case, stored: list[file_rows.StoredFile]) -> None:
        """Stored files, sent messages, quarantine and a waiting update."""
        mark, codec = MARKS[case.filed_by], self.codec
        files_table.mark_stored(connection, codec, stored)
        first = MESSAGES[case.filed_by]
        sent_messages.remember(
            connection,
            [
                (GROUP, first + 1, keys.card(case.id), LONG_AGO),
                (GROUP, first + 2, keys.about(case.id, 6), LONG_AGO),
                (GROUP, first + 3, keys.added(case.id, 1), WALL - 60),
                (case.filed_by, first + 4, keys.receipt(case.id), LONG_AGO),
            ],
        )
        own = f"{case.filed_by}:{case.filed_by}"
        raw = f'{{"text": "{mark} rusak", "from": {{"id": {case.filed_by}}}}}'.encode()
        faults = [
            Fault(Stage.CONVERSATION, "ValueError", raw, own),
            Fault(Stage.UPDATE, "KeyError", raw, channel="telegram", update_id=case.filed_by),
        ]
        quarantine.keep(connection, codec, faults, WALL)
        waiting = Waiting(0, "telegram", GROUP, OFFICER, f"{case.reference} {mark}".encode())
        store_waiting(connection, codec, [waiting], WALL)

    def erasures(self) -> Erasures:
        """What carries out erasures here; `withdrawn` and `queued` get what the senders would get."""
        terms = Terms(RULES, calendars(RULES))
        senders = Senders(self.withdrawn.extend, self.queued.extend)
        return Erasures(
            self.database,
            self.codec,
            terms,
            self.contents,
            lambda: START,
            senders,
            lambda: WALL,
        )


def _owners(case: Case) -> tuple[tuple[int, str], ...]:
    """The numbers of the files, and their owners: the case, and the citizen who has not sent one yet."""
    return ((1, case.id), (2, str(case.filed_by)))


def _attachment(mark: str) -> Attachment:
    return Attachment("photo", f"{mark}file", f"{mark}unique", name=f"{mark}.jpg")


def _tally(about: dict[str, object], mark: str) -> dict[str, object]:
    return {"reference": mark, "purpose": "addition", "count": 1, "until": "", "parts": []}


def wanted(case: Case, order: str = "Keputusan 12/2027") -> Erasing:
    """An order for this case."""
    return Erasing(case.id, case.reference, case.filed_by, order)


def link(case: Case) -> CaseLink:
    """The case as another one names it."""
    return CaseLink(id=case.id, reference=case.reference)
