"""One person on WhatsApp: writes, presses buttons, picks rows, edits, reads, blocks, changes the number."""

from typing import Any

from bot.simulator.whatsapp.account import Account, new_user_id, new_wamid
from bot.simulator.whatsapp.errors import CloudError
from bot.simulator.whatsapp.payloads import Update
from bot.simulator.whatsapp.phone import Choice, Content, Shown
from bot.simulator.whatsapp.receipts import Receipts
from bot.simulator.whatsapp.sharing import Sharing

Message = dict[str, Any]
UNSUPPORTED = CloudError(131051, "Message type is currently not supported.")


class CloudPerson(Sharing):
    """One person with a phone; all messages are those of the chat with the bot.

    Messages are dictionaries in the form as sent, with `id`, `direction` ("business" or "person"),
    `timestamp`, `status` and the plain text in `shown`.
    """

    def __init__(
        self, account: Account, receipts: Receipts, number: str, name: str, *, username_only: bool
    ) -> None:
        super().__init__(account, receipts.webhooks, number, name, username_only=username_only)
        self.receipts = receipts

    @property
    def messages(self) -> list[Message]:
        """Return what the phone shows, oldest first."""
        return [shown.as_dict() for shown in self.phone.visible]

    @property
    def typing(self) -> bool:
        """Tell whether the phone shows that the bot is typing."""
        return self.account.clock.now() < self.phone.typing_until

    async def wait_for(self, text: str, timeout: float = 60.0) -> Message:  # noqa: ASYNC109
        """Return the oldest message of the bot with this text that was not returned before."""
        return (await self.phone.wait_for(text, timeout)).as_dict()

    async def say(self, text: str, reply_to: Message | None = None) -> Message:
        """Write a text."""
        return self.send({"type": "text", "text": {"body": text}}, reply_to, text=text)

    async def open_link(self, text: str) -> Message:
        """Follow a wa.me link with a prepared text: send that text."""
        return await self.say(text)

    async def open_chat(self) -> None:
        """Open the empty chat: the bot is asked for a welcome if it has switched that on."""
        if self.account.automation.get("enable_welcome_message") and not self.phone.log:
            self.send({"type": "request_welcome"}, show=False)

    async def press(self, title: str, on: Message | None = None) -> Message:
        """Press the newest button of this title, of an interactive message or of a template."""
        return self._choose(title, on, ("button_reply", "button"))

    async def pick(self, title: str, on: Message | None = None) -> Message:
        """Pick the newest row of this title from a list."""
        return self._choose(title, on, ("list_reply",))

    async def choose(self, choice_id: str, on: Message | None = None) -> Message:
        """Press the button, or pick the row, of this id; use it where several have the same title."""
        for shown in self._candidates(on):
            for choice in shown.choices:
                if choice.id == choice_id:
                    return self._reply(shown, choice)
        raise AssertionError(f"no choice with the id {choice_id!r}; {self.phone.transcript()}")

    def _candidates(self, on: Message | None) -> list[Shown]:
        shown = self.phone.of_business()
        return [each for each in reversed(shown) if on is None or each.wamid == on["id"]]

    def _choose(self, title: str, on: Message | None, kinds: tuple[str, ...]) -> Message:
        """Press a choice of one of these kinds; its title matches exactly, else by its beginning."""
        for exact in (True, False):
            for shown in self._candidates(on):
                for choice in shown.choices:
                    fits = choice.title == title or (not exact and choice.title.startswith(title))
                    if fits and _kind(choice) in kinds:
                        return self._reply(shown, choice)
        raise AssertionError(f"no {' or '.join(kinds)} {title!r}; {self.phone.transcript()}")

    def _reply(self, shown: Shown, choice: Choice) -> Message:
        return self.send(choice.reply, shown.as_dict(), text=choice.title)

    async def react(self, message: Message, emoji: str = "👍") -> Message:
        """React to a message; an empty emoji removes the reaction."""
        target = self._shown(message)
        target.reaction = emoji
        content = {"type": "reaction", "reaction": {"message_id": target.wamid, "emoji": emoji}}
        return self.send(content, show=False)

    async def edit(self, message: Message, text: str) -> Message:
        """Change a text that the person sent; the bot learns only that something was edited."""
        target = self._own(message)
        target.text, target.content = text, {"type": "text", "text": {"body": text}}
        target.edited = True
        return self.send(unsupported("edit"), show=False)

    async def send_unsupported(self, kind: str = "poll_creation") -> Message:
        """Send something that the Cloud API does not pass on, such as a poll."""
        return self.send(unsupported(kind), text=kind)

    async def delete(self, message: Message) -> None:
        """Delete a message that the person sent; the bot gets nothing about it."""
        self._own(message).deleted = True
        self.changed()

    async def read(self) -> None:
        """Open the chat: the messages of the bot are read."""
        for shown in self.phone.of_business():
            if shown.status in ("sent", "delivered"):
                self.receipts.report(self, shown, "read")
        self.changed()

    async def block(self) -> None:
        """Block the business; it gets no update, and the status of its messages stays `sent`."""
        self.blocked = True
        self.changed()

    async def unblock(self) -> None:
        """Unblock the business; what it sent in between is lost."""
        self.blocked = False
        self.changed()

    async def switch_off(self) -> None:
        """Take the phone off the network: messages to it stay `sent`."""
        self.switched_off = True

    async def switch_on(self) -> None:
        """Connect the phone: what waited is shown and reported as delivered."""
        self.switched_off = False
        waiting, self.undelivered = self.undelivered, []
        for shown in waiting:
            self.phone.add(shown)
            self.receipts.report(self, shown, "delivered")
        self.changed()

    async def change_number(self, number: str, announce: str = "both") -> list[Update]:
        """Change the telephone number, which also gives a new id; both old ones reach no one any more.

        The bot gets a system message ("system"), the field user_id_update ("field"), or "both". All are
        returned: with "later" none is delivered before it is pushed.
        """
        old_number, old_id = self.number, self.user_id
        self.number, self.user_id = number, new_user_id()
        updates = {"system": self._system_message(old_number, old_id), "field": self._id_update(old_id)}
        for kind, update in updates.items():
            if announce in (kind, "both"):
                self.webhooks.push(update)
        self.changed()
        return [*updates.values()]

    def _system_message(self, old_number: str, old_id: str) -> Update:
        ids = {"user_id": self.user_id, "previous_user_id": old_id}
        sender = {"from": old_number}
        told = {"body": f"User {self.name} changed from {old_number} to {self.number}", "wa_id": self.number}
        system = {**told, **ids, "type": "user_changed_number"}
        if self.username_only:
            sender = {}
            told = {"body": f"User {self.name} changed from {old_id} to {self.user_id}"}
            system = {**told, **ids, "type": "user_changed_user_id"}
        body = {**sender, "id": new_wamid(old_number), "timestamp": self.timestamp, "type": "system"}
        return Update("messages", {**body, "system": system}, self.user_id)

    def _id_update(self, old_id: str) -> Update:
        known = {} if self.username_only else {"wa_id": self.number}
        change = {
            **known,
            "detail": f"User id for {self.name} has been updated.",
            "user_id": {"previous": old_id, "current": self.user_id},
            "timestamp": self.timestamp,
        }
        return Update("user_id_update", change, self.user_id, self.as_contact())

    def _shown(self, message: Message) -> Shown:
        found = self.phone.find(message["id"])
        if found is None:
            raise AssertionError(f"no such message; {self.phone.transcript()}")
        return found

    def _own(self, message: Message) -> Shown:
        found = self._shown(message)
        if found.direction != "person":
            raise AssertionError(f"the message is not one of {self.name}; {self.phone.transcript()}")
        return found


def _kind(choice: Choice) -> str:
    """Return button_reply, list_reply, or button for the quick reply of a template."""
    interactive = choice.reply.get("interactive")
    return str(interactive["type"]) if interactive else "button"


def unsupported(kind: str) -> Content:
    """Return a message whose content the Cloud API does not pass on."""
    return {"type": "unsupported", "unsupported": {"type": kind}, "errors": [UNSUPPORTED.in_status()]}
