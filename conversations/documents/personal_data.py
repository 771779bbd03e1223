"""What `/privasi` gives a person as a file: everything that is stored about their account.

Once for reading (a PDF) and once complete, for machines (JSON). A person gets of their complaints what a
citizen may read anyway: no notes and instructions, no recalled messages, no access code, no account of an
officer. A representative gets what they have filed. Who opened a complaint by its access code gets nothing of
it. Of an officer: the profile, the groups, and each act with number, time and kind; not what complaints say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversations import casefile
from conversations.capabilities import WITHOUT_LIMITS
from conversations.complaints import draft as drafts
from conversations.complaints import shown_answers
from conversations.complaints.agency import Agency
from conversations.complaints.case import INTERNAL, Case
from conversations.complaints.rules import Rules
from conversations.conversation import Conversation
from conversations.documents import case_file
from conversations.messages import Params
from conversations.queries import HistoryRecord

# The most acts that the PDF lists; the JSON has all.
MOST_ACTS = 200
# Of a block, what only officers read: their accounts, positions and NIP.
_OF_OFFICER = {"id", "position", "nip"}
_OF_TALK: Mapping[str, Any] = {"blocks": {"__all__": {"officer": _OF_OFFICER}}}
# Of a complaint, what a citizen does not read: who could open it, what officers prepare, their accounts.
_INTERNAL = frozenset({
    "access_hash", "grants", "prompted", "pending", "returned", "drafts", "unshown", "meant", "not_meant",
    "plan", "untold", "passed_on", "explained_by", "released_by", "thread", "chat", "history_head",
    "history_count", "officer", "block", "waiting", "accepted_by", "verified_by", "recorded_by",
    "reminded_at",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file: key, state, SHA-256 in hex (empty while it is not stored), size in bytes."""

    key: str
    state: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A complaint of the account, with its history and its files by key."""

    case: Case
    history: Sequence[HistoryRecord]
    files: Mapping[str, StoredFile]


@dataclass(frozen=True, slots=True)
class Act:
    """What an officer did in a case: its number, when (as stored), and the code of the history."""

    reference: str
    at: str
    what: str


@dataclass(frozen=True, slots=True)
class Person:
    """Everything that is stored about an account."""

    # The messenger's id.
    account: int
    # The rules of the service today.
    rules: Rules
    # The conversations in all chats, the private one among them.
    talks: Sequence[Conversation]
    # The complaints that the account has filed, oldest first.
    cases: Sequence[OwnCase]
    # The messenger of the account.
    messenger: str = WITHOUT_LIMITS.messenger
    # The texts that wait to be sent to the account.
    waiting: Sequence[str] = ()
    # Updates of the account that were not handled or wait: when (seconds since 1970), and as text.
    set_aside: Sequence[tuple[float, str]] = ()
    # The account's acts as an officer, oldest first.
    acts: Sequence[Act] = ()
    # The groups in which the account is known to be an officer, and since when.
    groups: Sequence[tuple[int, str]] = ()
    # What WhatsApp calls the account there: user_id, number, name; None for an account of Telegram.
    whatsapp: Mapping[str, str] | None = None

    @property
    def private(self) -> Conversation:
        """The private conversation; an empty one where there is none."""
        own = (talk for talk in self.talks if talk.private)
        return next(own, Conversation(chat=self.account, person=self.account))

    @property
    def agency(self) -> Agency | None:
        """The one agency that has all of the complaints; None for several, and for none."""
        known = {own.case.agency for own in self.cases}
        agencies = [agency for agency in self.rules.agencies if agency.id in known or not known]
        return agencies[0] if len(agencies) == 1 else None


def data(person: Person) -> dict[str, Any]:
    """Everything, as JSON."""
    return {
        "account": person.account,
        "whatsapp": person.whatsapp,
        "conversations": [talk.model_dump(mode="json", exclude=_OF_TALK) for talk in person.talks],
        "complaints": [_complaint(own) for own in person.cases],
        "messages_waiting": list(person.waiting),
        "updates_set_aside": [{"at": at, "update": raw} for at, raw in person.set_aside],
        "officer_groups": [{"chat": chat, "since": since} for chat, since in person.groups],
        "officer_acts": [{"complaint": act.reference, "at": act.at, "what": act.what} for act in person.acts],
    }


def _complaint(own: OwnCase) -> dict[str, Any]:
    case = own.case
    told = [entry for entry in case.thread if entry.purpose not in INTERNAL and not entry.recall]
    hidden = {"chat", "target", "position", "nip", "approved_by"}
    return {
        **case.model_dump(mode="json", exclude={**dict.fromkeys(_INTERNAL, True), "request": {"officer"}}),
        "thread": [entry.model_dump(mode="json", exclude=hidden) for entry in told],
        "history": case_file.history(case, own.history, internal=False)["entries"],
        "files": [_file(own, each) for each in case_file.attached(case, internal=False)],
    }


def _file(own: OwnCase, each: case_file.Attached) -> dict[str, Any]:
    stored = own.files.get(each.part.file)
    return {
        "name": each.part.name,
        "kind": each.part.kind,
        "folder": each.folder.value,
        "sent_at": each.part.at.isoformat(),
        "state": stored.state if stored else "lost",
        "sha256": stored.sha256 if stored else "",
        "size": stored.size if stored else 0,
    }


def page(person: Person) -> Params:
    """The parameters of the PDF's words."""
    talk = person.private
    return {
        "account": person.account,
        "messenger": person.messenger,
        "whatsapp": person.whatsapp,
        "name": talk.name,
        "language": talk.language,
        "profile": talk.profile.model_dump() if talk.profile else None,
        "accepted": [
            {"agency": _name(entry.agency, person), "version": entry.version, "at": entry.at.isoformat()}
            for entry in talk.notices
        ],
        "last_answers": [{"field": name, "text": text} for name, text in talk.last_answers.items()],
        "drafts": [_draft(draft, person) for draft in _drafts(talk)],
        "unsent": [part.shown for part in _unsent(talk) if part.shown],
        "cases": [_shown(own, person) for own in person.cases],
        "waiting": len(person.waiting),
        "set_aside": len(person.set_aside),
        "groups": len(person.groups),
        "acts": [{"reference": act.reference, "at": act.at} for act in person.acts[-MOST_ACTS:]],
        "more_acts": max(0, len(person.acts) - MOST_ACTS),
    }


def _drafts(talk: Conversation) -> tuple[drafts.Draft, ...]:
    """All that was begun and not sent: the complaints, and what completes filed ones."""
    present = (talk.draft,) if talk.draft else ()
    return (*present, *talk.set_aside, *talk.completing)


def _unsent(talk: Conversation) -> list[Any]:
    """The messages that wait to be sent or assigned."""
    begun = [part for unsent in (talk.collecting, talk.writing) if unsent for part in unsent.parts]
    return [*talk.held, *begun]


def _name(agency: str, person: Person) -> str:
    known = person.rules.agency(agency)
    return known.full_name if known else agency


def _draft(draft: drafts.Draft, person: Person) -> list[dict[str, Any]]:
    agency = person.rules.agency(draft.agency)
    return shown_answers.of_draft(draft, agency) if agency else []


def _shown(own: OwnCase, person: Person) -> dict[str, Any]:
    case, rules = own.case, person.rules
    return {
        "reference": case.reference,
        "agency": casefile.agency_of(case, rules).full_name,
        "received_at": case.received_at.isoformat(),
        "status": case.status.value,
        "signed_at": case.complaint.signed_at.isoformat(),
        "signature": case.complaint.signature,
        "fields": [
            *casefile.fields(case, rules, personal=True),
            *casefile.fields(case, rules, personal=False),
        ],
        "earlier": casefile.earlier_answers(case, rules),
        "thread": casefile.thread(case, notes=False),
        "stars": case.stars,
        "files": [
            {
                "kind": each.part.kind,
                "name": each.part.name,
                "text": "",
                "digest": own.files[each.part.file].sha256 if each.part.file in own.files else "",
            }
            for each in case_file.attached(case, internal=False)
        ],
        "entries": len(own.history),
    }
