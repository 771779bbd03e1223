"""POST /messages: a message of the bot from its body to the person's phone, or the mark of a read message."""

from typing import Any

from bot.simulator.whatsapp.account import Account, new_wamid
from bot.simulator.whatsapp.contact import Contact
from bot.simulator.whatsapp.errors import CloudError, invalid
from bot.simulator.whatsapp.interactive import choices_of
from bot.simulator.whatsapp.media import check_kind
from bot.simulator.whatsapp.phone import TYPING_SECONDS, Choice, Shown
from bot.simulator.whatsapp.receipts import LATE, Receipts
from bot.simulator.whatsapp.requests import check_message, check_read, media_of, number_of
from bot.simulator.whatsapp.templates import fill

WINDOW = "Message failed to send because more than 24 hours have passed since the customer last replied to"
UNREACHABLE = "Message undeliverable: the recipient is not on WhatsApp or cannot get this message"
Body = dict[str, Any]


class Sending:
    """Performs the sending of one account."""

    def __init__(self, account: Account, receipts: Receipts) -> None:
        self.account = account
        self.receipts = receipts

    async def perform(self, body: Body) -> Body:
        """Return the answer to a body; raise CloudError."""
        if "status" in body:
            return self._read(body)
        kind = check_message(body)
        person, given = self._recipient(body)
        try:
            shown = self._message(body, kind, person)
        except CloudError as refusal:
            if not self.receipts.late_refusals or refusal.code not in LATE:
                raise
            return await self._fail_later(body, person or _stranger(body, given), refusal)
        if person is None:
            raise CloudError(131026, UNREACHABLE)
        failure = self.receipts.failure(person)
        if failure:
            return await self._fail_later(body, person, failure)
        self._show(person, shown)
        await self.receipts.accepted(person, shown)
        return _answer(body, person, shown)

    def _recipient(self, body: Body) -> tuple[Contact | None, str]:
        """Return the person and the number or id that the body gives; a number wins over an id."""
        if "to" in body:
            digits = number_of(body["to"])
            return self.account.by_number(digits), digits
        return self.account.by_user_id(body["recipient"]), body["recipient"]

    def _message(self, body: Body, kind: str, person: Contact | None) -> Shown:
        """Return the message for the phone, or raise CloudError for what is refused; limits count last."""
        if person is None:
            raise CloudError(131026, UNREACHABLE)
        reply_to = body.get("context", {}).get("message_id", "")
        if reply_to and not person.phone.find(reply_to):
            raise CloudError(131009, f"Param context['message_id'] is no message of this chat: {reply_to}")
        self._check_media(body, kind)
        text, choices = self._content(body, kind)
        now = self.account.clock.now()
        if kind != "template" and now >= person.window_until:
            raise CloudError(131047, f"{WINDOW} this number.")
        if self.account.limits:
            self.account.limits.spend(person.user_id, now)
        content = {"type": kind, kind: body[kind]}
        wamid = new_wamid(person.number)
        data = body.get("biz_opaque_callback_data", "")
        return Shown(wamid, "business", content, now, text, choices, "accepted", reply_to, data)

    def _check_media(self, body: Body, kind: str) -> None:
        found = media_of(body, kind)
        if found is None:
            return
        stored = self.account.media.get(found[1])
        if stored is None:
            raise invalid(
                f"Param {found[0]}['id'] is not a valid whatsapp business account media attachment ID"
            )
        check_kind(stored, found[0])

    def _content(self, body: Body, kind: str) -> tuple[str, list[Choice]]:
        """Return the plain text and the buttons of a message."""
        content = body[kind]
        if kind == "template":
            template = self.account.templates.usable(content["name"], content["language"]["code"])
            return fill(template, content.get("components", []))
        if kind == "interactive":
            return content["body"]["text"], choices_of(content)
        if kind == "text":
            return content["body"], []
        return content.get("caption", "") if isinstance(content, dict) else "", []

    def _show(self, person: Contact, shown: Shown) -> None:
        """Put a message on the phone; a blocked bot's message vanishes, and an off phone gets it later."""
        if person.blocked:
            return
        if person.switched_off:
            person.undelivered.append(shown)
            return
        person.phone.typing_until = 0.0
        person.phone.add(shown)
        self.account.changed()

    async def _fail_later(self, body: Body, person: Contact, error: CloudError) -> Body:
        """Accept a message and report its failure in a status."""
        wamid = new_wamid(person.number)
        shown = Shown(wamid, "business", {}, self.account.clock.now(), status="accepted")
        shown.callback_data = body.get("biz_opaque_callback_data", "")
        await self.receipts.overtake([self.receipts.report(person, shown, "failed", error)])
        return _answer(body, person, shown)

    def _read(self, body: Body) -> Body:
        """Mark a person's message, and those before it, as read; show that the bot is typing."""
        check_read(body)
        wamid = body["message_id"]
        person = next((each for each in self.account.people if each.phone.find(wamid)), None)
        found = person.phone.find(wamid) if person else None
        if person is None or found is None or found.direction != "person":
            raise CloudError(131009, f"Param message_id is no message of a person: {wamid}")
        for shown in person.phone.log[: person.phone.log.index(found) + 1]:
            if shown.direction == "person":
                shown.status = "read"
        if "typing_indicator" in body:
            person.phone.typing_until = self.account.clock.now() + TYPING_SECONDS
        person.phone.signal.fire()
        self.account.changed()
        return {"success": True}


def _stranger(body: Body, given: str) -> Contact:
    """Return a person of whom only the given number or id is known."""
    if "to" in body:
        return Contact(given, "", "", username_only=False)
    return Contact("", "", given, username_only=True)


def _answer(body: Body, person: Contact, shown: Shown) -> Body:
    contact = {"input": body.get("to") or body["recipient"]}
    if not person.username_only or "to" in body:
        contact["wa_id"] = person.number
    if person.user_id:
        contact["user_id"] = person.user_id
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": shown.wamid}]}
