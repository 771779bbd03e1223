"""A conversation is keyed by (chat, person), and exactly one dialogue listens in it (invariant 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from conversations.complaints.agency import Language
from conversations.complaints.case import Purpose
from conversations.complaints.complaint import Frozen, Part
from conversations.complaints.draft import Draft, NoticeAccepted


class ConversationKey(NamedTuple):
    """The chat and the person in it; in a private chat both are the same number."""

    chat: int
    person: int


class Collecting(Frozen):
    """Messages add up for a case until they are sent: by a citizen, or by an officer at a prompt."""

    case: str
    purpose: Purpose
    parts: tuple[Part, ...] = ()
    since: datetime
    reminded: bool = False


class Post(Frozen):
    """What an officer has sent to a case: `messages` are the ids of the messages that held it."""

    case: str
    purpose: Purpose
    messages: tuple[int, ...]


Listener = Literal["nobody", "intake", "collecting", "reference", "access_code"]


class Conversation(Frozen):
    """All that one person's talk with the bot in one chat has come to.

    `turn` numbers the screens: buttons of an earlier one are outdated. `screen` is the turn in which
    the message that shows the present one was sent: its name, also after changes in place. `keyboard`
    tells whether a reply keyboard is up. `held` keeps what was said while nobody listened, until the
    person says what it is for. `opened` are foreign cases shown by their access code. `tries` counts
    wrong codes, the last one given at `tried_at`. `posts` are what an officer last
    sent from here.
    """

    chat: int
    person: int
    name: str = ""
    language: Language = "id"
    turn: int = 0
    screen: int = 0
    keyboard: bool = False
    listener: Listener = "nobody"
    draft: Draft | None = None
    collecting: Collecting | None = None
    held: tuple[Part, ...] = ()
    asked_reference: str = ""
    opened: tuple[str, ...] = ()
    notices: tuple[NoticeAccepted, ...] = ()
    posts: tuple[Post, ...] = ()
    tries: int = 0
    tried_at: datetime | None = None
    locked_until: datetime | None = None

    @property
    def key(self) -> ConversationKey:
        """What it is stored under."""
        return ConversationKey(self.chat, self.person)

    @property
    def private(self) -> bool:
        """A private chat has its person's number."""
        return self.chat == self.person

    @property
    def timed(self) -> tuple[Draft | Collecting | None, ...]:
        """The parts that the clock acts on (complaints/wakeups.py)."""
        return (self.draft, self.collecting)
