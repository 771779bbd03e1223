"""Messages for a case that a citizen has collected and never sent: dropped after a week, with a notice.

bot      Pesan Anda untuk DPMD-2026-0042 (keterangan tambahan) tidak dikirim dan sudah kami hapus …
[Tambah Keterangan]
"""

from __future__ import annotations

from conversations import keys, listening
from conversations.complaints.complaint import Part
from conversations.complaints.wakeups import is_due
from conversations.effects import Outcome, Send, StripButtons
from conversations.events import DeadlinePassed
from conversations.followup.asking import may_add
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.parts import drop_files
from conversations.world import World


def collected_expired(event: DeadlinePassed, world: World) -> Outcome:
    """Drop what the citizen has collected, and inform the citizen; what was set aside continues."""
    conversation = world.conversation(event.chat, event.person)
    unsent = conversation.collecting
    if unsent is None or not is_due(event.kind, unsent, world.terms, world.now):
        return Outcome()
    emptied = conversation.model_copy(update={"collecting": None})
    dropped = Outcome.of(
        *drop_files(unsent.parts), StripButtons(conversation.chat, key=keys.tally(unsent.case))
    )
    case = world.cases.get(unsent.case)
    if case is None:
        return dropped + listening.over(world, emptied, "collecting")
    rows: Rows = ((Button("add_information", "add", case.id, case.version),),) if may_add(case) else ()
    params = {"reference": case.reference, "purpose": unsent.purpose.value, "parts": shown(unsent.parts)}
    notice = Send(conversation.chat, OutgoingMessage("followup.unsent_expired", params, rows))
    return dropped + Outcome.of(notice) + listening.over(world, emptied, "collecting")


def shown(parts: tuple[Part, ...]) -> list[dict[str, str]]:
    """The messages as parameters of a notice."""
    return [{"kind": part.kind, "text": part.text} for part in parts]
