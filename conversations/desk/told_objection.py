"""An officer writes down the objection of a complainant without an account ("Catat Keberatan").

    Rina:  [Catat Keberatan]
    Bot:   Rina, mohon balas pesan ini dengan keberatan untuk DPMD-2026-0001 · …
    Rina:  (reply) Lewat telepon 20 Maret: bantuan masih belum diterima.
    Bot:   Periksa dahulu. Ini keberatan pengadu yang dicatat … [Kirim] [Ubah] [Batal]
    Rina:  [Kirim]
    Bot:   ✅ Keberatan pengadu DPMD-2026-0001 dicatat oleh Rina. … Status: Dibuka kembali

It reopens the case as an objection of the complainant does. One that was made in the objection days can be
written down until the end of those days.
"""

from __future__ import annotations

from conversations import casefile, reopening
from conversations.complaints.case import Case, Contribution, changed
from conversations.complaints.life_cycle import CaseEvent
from conversations.desk import access
from conversations.effects import Outcome, RecordHistory
from conversations.events import PersonEvent
from conversations.messages import OutgoingMessage, Params
from conversations.world import World


def is_possible(case: Case) -> bool:
    """Whether the card has the button."""
    return case.recorded_by is not None


def params(_world: World, _case: Case, contribution: Contribution) -> Params:
    """The parameters of the preview."""
    return {
        "text": contribution.text,
        "files": casefile.counted(contribution.parts),
    }


def recorded(_world: World, case: Case, contribution: Contribution) -> OutgoingMessage:
    """What confirms to the officers that it was written down."""
    return OutgoingMessage(
        "desk.objection_recorded", {"reference": case.reference, "officer": contribution.by}
    )


def send(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Reopen the case with a new due date."""
    reopened = reopening.reopened(case, world, contribution.by)
    again = changed(reopened, thread=(*case.thread, contribution))
    what = RecordHistory(case.id, access.history_name(event), CaseEvent.OBJECTED, contribution.text)
    return Outcome.of(again, what)
