"""Whether an officer has blocked a person's account for an agency, and what the person reads.

    Siti: [Kirim]
    Bot:  Pengiriman ke Dinas Pemberdayaan Masyarakat dan Desa dari akun ini ditutup sampai dengan …
          Alasan dari petugas Rina: … Yang tetap dapat dilakukan: … 📞 …

The blocks are in the person's own conversation, one for each agency, so that a turn loads them anyway. A
block ends by its date. Refused are new complaints, additions and their files. Rights stay: status, responses,
objections, withdrawals, answers to officers, and the completion that an officer asked for.
"""

from __future__ import annotations

from datetime import date

from conversations.complaints.agency import Agency
from conversations.complaints.block import Block
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.messages import OutgoingMessage, Params
from conversations.world import World


def block_of(world: World, conversation: Conversation, agency: str) -> Block | None:
    """The block of this person for this agency that holds today; None without one."""
    return next(
        (one for one in conversation.blocks if one.agency == agency and world.today <= one.until), None
    )


def refusal(world: World, conversation: Conversation, agency: str) -> OutgoingMessage | None:
    """Why this person cannot send anything new to this agency; None while they can."""
    block = block_of(world, conversation, agency)
    known = world.rules.agency(agency)
    return OutgoingMessage("limits.blocked", shown(block, known)) if block and known else None


def shown(block: Block, agency: Agency) -> Params:
    """The parameters of the message about a block."""
    return params(agency, block.until, block.officer.name, block.reason)


def params(agency: Agency, until: date, officer: str, reason: str) -> Params:
    """The parameters of the message about a block, and of its preview."""
    return {
        "agency": agency.full_name,
        "until": until.isoformat(),
        "officer": officer,
        "reason": reason,
        "address": agency.contact.address,
        "phones": list(agency.contact.phones),
        "channels": list(agency.standard.channels),
    }


def with_block(conversation: Conversation, block: Block, drafts: tuple[Draft, ...]) -> Conversation:
    """The conversation with this block in place of an earlier one of the agency, and these drafts."""
    others = tuple(one for one in conversation.blocks if one.agency != block.agency)
    kept = {draft.id: draft for draft in drafts}
    present = conversation.draft
    return conversation.model_copy(
        update={
            "blocks": (*others, block),
            "draft": kept.get(present.id, present) if present else None,
            "set_aside": tuple(kept.get(draft.id, draft) for draft in conversation.set_aside),
        }
    )


def without_block(conversation: Conversation, block: Block) -> Conversation:
    """The conversation without this block; a later one of the same agency stays."""
    left = tuple(one for one in conversation.blocks if one != block)
    return conversation.model_copy(update={"blocks": left})
