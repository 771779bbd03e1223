"""What must be true after a run of mutated updates: of the register, of every chat, of the logs and the disk.

The bot has to be stopped. Each violation is returned as a sentence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select

from bot.channels.base import UnreadableUpdateError
from bot.database.cases import load_cases
from bot.database.file_rows import read_job
from bot.database.quarantine import Stage
from bot.database.sealing import Codec, SealBrokenError, context
from bot.database.stores.sqlite import SqliteStore
from bot.database.tables import files, quarantine
from bot.operations.verify import verify
from bot.simulator.api.dispatch import Call
from bot.simulator.server import Simulator
from bot.simulator.state.world import FIRST_UPDATE_ID
from conversations.complaints.case import Case
from conversations.complaints.complaint import Complaint
from conversations.complaints.life_cycle import Status
from tests.acceptance.bot_setup import BUDI, LEADER, OPERATOR, RESTRICTED, RINA, Setup
from tests.acceptance.journey import Journey
from tests.acceptance.mutations import MARK
from tests.bot_process import STAFF
from tests.players import Citizen
from tests.questions import Answers

# Log lines for an update that is set aside; the rest are starts and waits.
LINES_EACH, LINES_MORE = 3, 100
NEVER_LOGGED = ("Traceback", "never retrieved", "Unhandled", "coroutine")
# The id of the service that honest people choose.
SERVICE = "dana-desa"
SHOWN = 300


@dataclass
class MutatedAudit:
    """Looks at a stopped bot; `hostile` counts the mutated updates and answers, `marks` are honest words."""

    setup: Setup
    journeys: Sequence[Journey[Citizen]]
    marks: Sequence[str]
    hostile: int
    violations: list[str] = field(default_factory=list)
    stages: dict[str, int] = field(default_factory=dict)

    @property
    def simulator(self) -> Simulator:
        """Return the messenger."""
        return self.setup.simulator

    def run(self) -> list[str]:
        """Return all violations."""
        folder = self.setup.folder
        codec = Codec.load(folder / "aduan.key", create=False)
        engine = SqliteStore(folder / "aduan.db").writing_engine()
        try:
            with engine.connect() as connection:
                for journey, mark in zip(self.journeys, self.marks, strict=True):
                    self._complaint(connection, codec, journey, mark)
                self._quarantine(connection, codec)
        finally:
            engine.dispose()
        self._add(verify(SqliteStore(folder / "aduan.db"), codec).faults)
        self._add(self._misplaced())
        self._log()
        self._disk(folder)
        return self.violations

    def _add(self, violations: Iterable[str]) -> None:
        self.violations += (each[:SHOWN] for each in violations)

    def _complaint(self, connection: Connection, codec: Codec, journey: Journey[Citizen], mark: str) -> None:
        """One complaint, closed, holding what this citizen wrote and sent and nothing else."""
        person = journey.citizen.person.id
        found = load_cases(connection, codec, filed_by=[person]).values()
        if len(found) != 1:
            self._add([f"honest citizen {person} has {len(found)} complaints"])
            return
        (case,) = found
        wrong = {
            name: actual
            for name, actual, wanted in _fields(case.complaint, journey.citizen.answers)
            if actual != wanted
        }
        self._add(f"{case.reference} says {actual!r} as {name}" for name, actual in wrong.items())
        self._handling(connection, codec, case, journey, mark)

    def _handling(
        self, connection: Connection, codec: Codec, case: Case, journey: Journey[Citizen], mark: str
    ) -> None:
        """The officer's answer and the citizen's verdict; both photos are kept."""
        answers = [contribution.text for contribution in case.responses]
        if answers != [journey.answer] or case.status is not Status.CLOSED or case.stars != 4:
            self._add([f"{case.reference} is {case.status} with {case.stars} stars, answered {answers}"])
        rows = connection.execute(select(files).where(files.c.owner == case.id))
        kept = {read_job(codec, row).sha256 for row in rows}
        photos = [part for part in journey.citizen.answers.story if isinstance(part, bytes)]
        wanted = {hashlib.sha256(photo).hexdigest() for photo in (*photos, journey.photo)}
        if kept != wanted:
            self._add([f"the files of {case.reference} ({mark}) are not those that were sent"])

    def _quarantine(self, connection: Connection, codec: Codec) -> None:
        """What was set aside is sealed, and no more than what was sent."""
        rows = connection.execute(select(quarantine)).all()
        for row in rows:
            self.stages[row.stage] = self.stages.get(row.stage, 0) + 1
            if not _is_sealed(codec, row.raw, row.id):
                self._add([f"quarantine {row.id} is not sealed"])
            if row.stage == Stage.UPDATE and not row.error.startswith(UnreadableUpdateError.__name__):
                self._add([f"{row.update_id} was accepted by the channel, and failed behind it: {row.error}"])
            if "cannot be decoded" in row.error and self._is_real(row.update_id):
                self._add([f"{row.update_id} could be read, and was set aside"])
        if len(rows) > self.hostile * LINES_EACH:
            self._add([f"{len(rows)} rows were set aside for {self.hostile} mutations"])

    def _is_real(self, update_id: int | None) -> bool:
        """Whether the messenger gave this id itself."""
        return update_id is not None and FIRST_UPDATE_ID <= update_id < self.simulator.world.next_update_id

    def _misplaced(self) -> Iterator[str]:
        """Return every call that shows a person another person's data."""
        own = {
            journey.citizen.person.id: mark for journey, mark in zip(self.journeys, self.marks, strict=True)
        }
        staff = {str(STAFF["dpmd"]), str(RESTRICTED)}
        for call in self.simulator.calls:
            if call.method.startswith("get"):
                continue
            chat, shown = _chat(self.simulator, call), repr(call.params)
            if call.method.startswith("send") and chat in {str(RINA), str(BUDI), str(LEADER)}:
                yield f"{call.method} writes to {chat}, who never wrote: {shown}"
            if MARK in shown and chat in {str(person) for person in (*own, OPERATOR)}:
                yield f"{call.method} shows {chat} a hostile person's words: {shown}"
            for person, mark in own.items():
                if mark in shown and chat not in {*staff, str(person)}:
                    yield f"{call.method} shows {chat} the words of {person}: {shown}"

    def _log(self) -> None:
        log = self.setup.bot.log
        words = (MARK, *self.marks, self.simulator.token, *NEVER_LOGGED)
        self._add(f"the log holds {word!r}" for word in words if word in log)
        logged = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
        errors = {line["event"] for line in logged if line["level"] == "error"}
        self._add(f"the log has the error {event}" for event in sorted(errors - {"turn.set_aside"}))
        # Honest work has its lines too, at the level "info".
        lines = sum(line["level"] != "info" for line in logged)
        if lines > self.hostile * LINES_EACH + LINES_MORE:
            self._add([f"the log has {lines} warnings and errors for {self.hostile} mutations"])

    def _disk(self, folder: Path) -> None:
        """No text is readable in the store, in its journal or in the files."""
        marks = [word.encode() for word in (MARK, *self.marks)]
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix not in {".log", ".toml"}:
                held = path.read_bytes()
                self._add(f"{path.name} holds {mark!r} in plain" for mark in marks if mark in held)


def _is_sealed(codec: Codec, raw: bytes, number: int) -> bool:
    try:
        codec.open(raw, context("quarantine", number))
    except SealBrokenError:
        return False
    return True


def _fields(complaint: Complaint, answers: Answers) -> Iterator[tuple[str, object, object]]:
    """Each field's name, its value and the value that it should have."""
    texts = [part.text for part in complaint.story if part.kind == "text"]
    yield "story", texts, [part for part in answers.story if isinstance(part, str)]
    kinds = [part.kind for part in complaint.story]
    yield "evidence", kinds, ["text" if isinstance(part, str) else "photo" for part in answers.story]
    for name in ("occurred_place", "loss", "resolution", "name", "address", "phone", "reported_person"):
        yield name, getattr(complaint, name), getattr(answers, name)
    yield "agency", complaint.agency, "dpmd"
    yield "service", complaint.service, SERVICE


def _chat(simulator: Simulator, call: Call) -> str:
    """Return the chat that sees a call; the person's of an answer to a press."""
    callback = simulator.world.callbacks.get(str(call.params.get("callback_query_id")))
    return str(callback.user_id if callback else call.params.get("chat_id"))
