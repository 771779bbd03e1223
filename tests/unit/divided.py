"""A world whose first agency has divisions: with a group of its own, with a topic, and without either."""

from __future__ import annotations

from conversations.complaints.agency import Agency, Division, Service
from conversations.complaints.case import Case
from conversations.complaints.rules import Rules
from conversations.effects import Send
from conversations.messages import OutgoingMessage
from tests.unit.filed import Desk, LeanChat
from tests.unit.transcript import RULES, Actor, Chat

ECONOMY, VILLAGES = -100_11, -100_12
TOPIC = 77
DIVISIONS = (
    Division(id="pemdes", name="Bidang Bina Pemerintahan Desa", chat_id=VILLAGES),
    Division(id="ekonomi", name="Bidang Pemberdayaan Ekonomi", chat_id=ECONOMY),
    Division(id="masyarakat", name="Bidang Pemberdayaan Masyarakat"),
    Division(id="topik", name="Bidang Bertopik", topic_id=TOPIC),
)


def _divided(agency: Agency, divisions: tuple[Division, ...]) -> Agency:
    services = (Service(id="blt", name="Penyaluran BLT Desa", division="ekonomi"), *agency.services[1:])
    return agency.model_copy(update={"divisions": divisions, "services": services})


# The second agency has a division of the same id, without a group.
DIVIDED: Rules = RULES.model_copy(
    update={
        "agencies": (
            _divided(RULES.agencies[0], DIVISIONS),
            _divided(RULES.agencies[1], (Division(id="ekonomi", name="Bidang Poldagri"),)),
        )
    }
)


class Divided(Desk):
    """A desk whose divisions have two members each."""

    def __init__(self, chat: Chat | None = None) -> None:
        """Create the people of the divisions, in a world of its own or in `chat`."""
        super().__init__(chat=chat or LeanChat(rules=DIVIDED))
        self.joko = self.officer(701, "Joko Susilo", ECONOMY)
        self.wati = self.officer(702, "Wati Lestari", ECONOMY)
        self.agus = self.officer(711, "Agus Salim", VILLAGES)

    def chosen(self, officer: Actor, case: Case, division: str = "ekonomi") -> list[str]:
        """The officer presses "Disposisi" and chooses the division."""
        self.press(officer, case, "to_division")
        sent = sum(1 for entry in self.now(case).thread if entry.purpose == "instruction")
        return officer.presses("division", f"{officer.identity.id},{division},{sent}")

    def assigned(self, case: Case, division: str = "ekonomi", officer: Actor | None = None) -> Case:
        """An officer gives the case to the division."""
        rina = officer or self.rina
        self.chosen(rina, case, division)
        rina.says("Mohon telusuri.", reply_to=self.reply_to(f"prompt:{case.id}:{rina.identity.id}"))
        rina.presses("send")
        return self.now(case)

    def reported(self, case: Case, member: Actor | None = None, text: str = "Sudah kami periksa.") -> None:
        """A member of the division reports."""
        joko = member or self.joko
        self.press(joko, case, "report_back")
        joko.says(text, reply_to=self.reply_to(f"prompt:{case.id}:{joko.identity.id}"))
        joko.presses("send")

    def fresh(self, chat: int, template: str) -> OutgoingMessage:
        """The message of this template that the last event sent or edited in the chat."""
        return next(message for message in self.chat.sent(chat) if message.template == template)

    def new_in(self, chat: int) -> list[str]:
        """The templates of the messages that the last event sent, and did not edit, in the chat."""
        effects = self.chat.fresh
        return [e.message.template for e in effects if isinstance(e, Send) and e.chat == chat]

    def labels(self, chat: int, template: str) -> list[str]:
        """The buttons of that message."""
        return [button.label for row in self.fresh(chat, template).buttons for button in row]
