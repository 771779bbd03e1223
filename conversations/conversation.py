"""The state of a conversation. Its key is (chat, person), and one dialogue listens in it (invariant 6)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from pydantic import Field, model_validator

from conversations.complaints.block import Block
from conversations.complaints.case import OFFICERS, Purpose
from conversations.complaints.complaint import Frozen, Part
from conversations.complaints.draft import Draft, NoticeAccepted
from conversations.complaints.rules import Language


class ConversationKey(NamedTuple):
    """The chat and the person in it; in a private chat both are the same number."""

    chat: int
    person: int


class Unsent(Frozen):
    """Messages for a case that are not sent yet: of a citizen who adds to it, or of an officer."""

    # The id of the case.
    case: str
    # What they are: an addition, an answer, an objection; a response, a question, a note.
    purpose: Purpose
    # What the officer chose before writing, such as the division that gets an instruction; empty for nothing.
    target: str = ""
    # Whether the list of targets is shown, in place of the preview: "Kirim" does not count then.
    listing: bool = False
    # The messages so far, in their order.
    parts: tuple[Part, ...] = ()
    # When the bot began to listen for them.
    since: datetime
    # Whether their author was reminded of them.
    reminded: bool = False


class Undecided(Frozen):
    """Messages of an officer in the group whose purpose the officer has not chosen yet."""

    # The number of the case whose card was replied to; empty for plain messages while a prompt is open.
    reference: str = ""
    # The messages so far, in their order.
    parts: tuple[Part, ...] = ()
    # Whether the officer's choice was refused: other acts of the officer do not wait for another choice.
    refused: bool = False


class Post(Frozen):
    """A contribution that an officer has sent; `messages` are the ids of the messages that it was made of."""

    case: str
    purpose: Purpose
    messages: tuple[int, ...]


class Notice(Frozen):
    """The last notice that a limit is reached: the first message that caused it, and the last one's time."""

    message: int
    at: datetime


class Used(Frozen):
    """What a person has sent on one day, of what has a limit for a day (budgets.py)."""

    # The day, in the agencies' zone.
    day: date
    # The complaints that were filed.
    complaints: int = 0
    # What was added to complaints, by the id of the case.
    additions: dict[str, int] = Field(default_factory=dict)
    # The edits that changed something.
    edits: int = 0
    # The files, and their size in bytes.
    files: int = 0
    size: int = 0


class ShownButton(Frozen):
    """A button of the present screen, which its typed wording presses too."""

    # The block of buttons.html with its wording, and the parameters of the wording.
    label: str
    params: dict[str, Any] = Field(default_factory=dict)
    # What pressing it does, for what, and with which parameter.
    action: str
    subject: str = ""
    value: str = ""
    # The version for which it was made; not in `Conversation.shown`, whose buttons are of the present turn.
    version: int = 0


class Choices(Frozen):
    """The buttons of the newest message that has more of them than the messenger shows at once."""

    # Counts such messages: the buttons that turn the pages of an earlier one are outdated.
    number: int
    # The buttons in the rows of their message.
    rows: tuple[tuple[ShownButton, ...], ...] = ()
    # The page that was sent last, from 0.
    page: int = 0


class OfficerProfile(Frozen):
    """How an officer has introduced themselves; stored in the officer's private conversation."""

    # The full name, which replaces the messenger's name in messages and in the history.
    name: str
    # The position in the agency ("jabatan").
    position: str = ""
    # The civil servant's number; empty where the officer has stated none.
    nip: str = ""


class Introduction(Frozen):
    """What an officer has said about themselves and not saved yet; None for what was not asked yet."""

    # What is asked now; empty while the preview is shown.
    asked: Literal["name", "position", "nip", ""] = "name"
    # The full name.
    name: str | None = None
    # The position.
    position: str | None = None
    # The NIP; empty when the officer skipped it.
    nip: str | None = None
    # What each message answered, by its id, so that an edit corrects the answer.
    sources: dict[int, Literal["name", "position", "nip"]] = Field(default_factory=dict)


Listener = Literal["none", "intake", "collecting", "writing", "reference", "access_code", "introducing"]


class Conversation(Frozen):
    """The state of one person's conversation with the bot in one chat.

    `listening.py` says which dialogue takes the next message.
    """

    # The id of the chat.
    chat: int
    # The id of the person in it.
    person: int
    # The person's name as the messenger shows it, of the last message.
    name: str = ""
    # The language of the bot's messages here, chosen with /bahasa.
    language: Language = "id"
    # The number of screens shown: the buttons of an earlier screen are outdated.
    turn: int = 0
    # The turn in which the message of the present screen was sent: its key contains this number.
    screen: int = 0
    # The buttons of the present screen; empty where a reply keyboard is shown instead.
    shown: tuple[ShownButton, ...] = ()
    # The choices of the newest message that has any, as it shows them: of a screen or of another message.
    offered: tuple[ShownButton, ...] = ()
    # The choices of which only a page is shown; None where all are (choices.py).
    choices: Choices | None = None
    # The key of the message that first showed the draft's present question; empty if unknown.
    first_shown: str = ""
    # The screen that is shown instead of the draft's question: "Batalkan?", or "Lanjutkan, atau mulai lagi?".
    detour: Literal["", "cancel", "resume"] = ""
    # A text that is not taken as the answer yet, because its question was out of sight.
    unread: Part | None = None
    # When the present screen was shown.
    asked_at: datetime | None = None
    # The key of the bot's newest message here, empty if it has none; when it was sent (sight.py).
    latest: str = ""
    latest_at: datetime | None = None
    # The number of messages that the person has sent below it.
    below: int = 0
    # The button that was pressed last, if nothing has happened since: a second tap repeats it.
    pressed: str = ""
    # Whether a reply keyboard is shown.
    keyboard: bool = False
    # The last text that acted as a button, and when it was sent: a second tap on a key repeats it.
    typed: str = ""
    typed_at: datetime | None = None
    # The dialogue that takes the next message.
    listener: Listener = "none"
    # The complaint that the citizen is filing, or what completes a filed one, while it is asked.
    draft: Draft | None = None
    # Other complaints that the citizen has begun, the newest first; empty while there is no draft.
    set_aside: tuple[Draft, ...] = ()
    # What completes filed complaints and is kept for later; the one that is asked is in `draft`.
    completing: tuple[Draft, ...] = ()
    # What the citizen adds to a filed complaint.
    collecting: Unsent | None = None
    # What the officer writes to a citizen, or as a note.
    writing: Unsent | None = None
    # Messages that came while no dialogue listened, until the citizen says what they are for.
    held: tuple[Part, ...] = ()
    # Whether the person has said that they are neither a verdict nor an answer to an officer's question.
    held_for_other: bool = False
    # When the person was last asked what they are for.
    held_at: datetime | None = None
    # Whether the person was reminded of them.
    held_reminded: bool = False
    # Messages that an officer has sent to the group and not assigned yet.
    undecided: Undecided | None = None
    # The registration number whose access code is asked for.
    asked_reference: str = ""
    # The ids of complaints of other accounts that were opened by their access code.
    opened: tuple[str, ...] = ()
    # Name and address of the last complaint from this account, which the next one offers.
    last_answers: dict[str, str] = Field(default_factory=dict)
    # The privacy notices that were accepted.
    notices: tuple[NoticeAccepted, ...] = ()
    # What the officer sent last, so that an edit of it is recognised.
    posts: tuple[Post, ...] = ()
    # The fingerprints of the newest messages by id, so that an edit without a change is recognised.
    recent: dict[int, str] = Field(default_factory=dict)
    # The last notice that a limit is reached.
    notice: Notice | None = None
    # The number of wrong access codes that were tried.
    tries: int = 0
    # When the last one was tried.
    tried_at: datetime | None = None
    # Until when no access code is accepted.
    locked_until: datetime | None = None
    # How the person has introduced themselves as an officer; only in a private conversation.
    profile: OfficerProfile | None = None
    # The introduction that is being written; only in a private conversation.
    introducing: Introduction | None = None
    # When the person's own data were last sent to them as files ("Unduh Data Saya").
    data_sent_at: datetime | None = None
    # When the operator was last informed that this person, who has no complaint, asks about their data.
    data_asked_at: datetime | None = None
    # Whether the officer was asked in this group to introduce themselves.
    introduction_offered: bool = False
    # What the person has sent on the last day; None before the first file, edit or complaint.
    used: Used | None = None
    # The agencies whose officers have blocked the account: one block each (blocks.py).
    blocks: tuple[Block, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_an_earlier_version(cls, stored: Any) -> Any:
        """Read a state that was stored before officers' messages had fields of their own."""
        return upgraded(stored) if isinstance(stored, dict) else stored

    @property
    def key(self) -> ConversationKey:
        """The key under which it is stored."""
        return ConversationKey(self.chat, self.person)

    @property
    def private(self) -> bool:
        """Whether it is in a private chat, whose id is that of the person."""
        return self.chat == self.person

    @property
    def filing(self) -> Draft | None:
        """The complaint that the citizen is filing; None also while a filed one is completed."""
        return self.draft if self.draft and self.draft.completes is None else None

    @property
    def timed(self) -> tuple[Draft | Unsent | Undecided | Conversation | None, ...]:
        """The states for which the clock has work (complaints/wakeups.py); its own are the held messages."""
        unsent = (self.collecting, self.writing, self.undecided)
        return (self.draft, *self.set_aside, *self.completing, *unsent, self)


def upgraded(stored: dict[str, Any]) -> dict[str, Any]:
    """A stored state with the fields of today.

    In earlier versions `collecting` was used for an officer's messages as well, and in a group `held` and
    `asked_reference` were used for what is now `undecided`.
    """
    state = dict(stored)
    if state.get("listener") == "nobody":
        state["listener"] = "none"
    collecting = state.get("collecting")
    if isinstance(collecting, dict) and collecting.get("purpose") in OFFICERS:
        state |= {"writing": collecting, "collecting": None}
        if state.get("listener") == "collecting":
            state["listener"] = "writing"
    if state.get("chat") != state.get("person") and (state.get("held") or state.get("asked_reference")):
        parts, reference = state.pop("held", ()), state.pop("asked_reference", "")
        state["undecided"] = {"reference": reference, "parts": parts} if parts else None
    return state
