"""The statuses of messages of the bot: sent, delivered, read or failed, in every order that WhatsApp has.

`skip_delivered`: read comes without delivered. `early`: the status arrives before the API's answer.
`late_refusals`: a closed window, an unreachable person or a full pair is accepted and fails in a status.
`hold` keeps statuses back until `release`. `fail` makes messages fail that the API has accepted.
"""

import contextlib
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.whatsapp.account import Account
from bot.simulator.whatsapp.contact import Contact
from bot.simulator.whatsapp.errors import CloudError
from bot.simulator.whatsapp.payloads import Update
from bot.simulator.whatsapp.phone import Shown, Status
from bot.simulator.whatsapp.webhooks import Webhooks

EARLY_SECONDS = 5.0
# Refusals that the real service often tells in a status only.
LATE = (131026, 131047, 131056)


@dataclass
class Failing:
    """The next messages that fail: with which code, to whom (None: to everyone), how many."""

    code: int
    person: Contact | None
    times: int


@dataclass
class Receipts:
    """Sends the statuses of the account."""

    account: Account
    webhooks: Webhooks
    skip_delivered: bool = False
    early: bool = False
    late_refusals: bool = False
    failing: list[Failing] = field(default_factory=list)
    held: list[Update] | None = None

    def hold(self) -> None:
        """Keep all statuses back until `release`."""
        if self.held is None:
            self.held = []

    def release(self) -> None:
        """Send the statuses that were kept back."""
        waiting, self.held = self.held or [], None
        for update in waiting:
            self.webhooks.push(update)

    def fail(self, code: int, person: Contact | None = None, times: int = 1) -> None:
        """Let the next messages fail after the API has accepted them."""
        self.failing.append(Failing(code, person, times))

    def clear(self) -> None:
        """Forget held statuses and failures that are due; the modes stay."""
        self.failing.clear()
        if self.held is not None:
            self.held.clear()

    def failure(self, person: Contact) -> CloudError | None:
        """Return the failure that is due for this message, or None."""
        for failing in self.failing:
            if failing.person in (None, person):
                failing.times -= 1
                if not failing.times:
                    self.failing.remove(failing)
                return CloudError(failing.code)
        return None

    async def accepted(self, person: Contact, shown: Shown) -> None:
        """Send the statuses of a message that the API has just accepted."""
        updates = [self.report(person, shown, "sent")]
        if shown in person.phone.log:
            updates.append(self.report(person, shown, "read" if self.skip_delivered else "delivered"))
        await self.overtake(updates)

    async def overtake(self, updates: list[Update]) -> None:
        """Wait for the arrival of statuses, if these come before the API's answer."""
        if self.early and self.held is None:
            with contextlib.suppress(TimeoutError):
                await self.webhooks.arrival(updates, EARLY_SECONDS)

    def report(
        self, person: Contact, shown: Shown, status: Status, error: CloudError | None = None
    ) -> Update:
        """Send one status."""
        shown.status = status
        body: dict[str, Any] = {
            "id": shown.wamid,
            "status": status,
            "timestamp": str(int(self.account.clock.now())),
            **person.as_recipient(),
        }
        if shown.callback_data:
            body["biz_opaque_callback_data"] = shown.callback_data
        if error:
            return self._push(person, {**body, "errors": [error.in_status()]})
        return self._push(person, body, person.as_contact())

    def _push(self, person: Contact, body: dict[str, Any], contact: dict[str, Any] | None = None) -> Update:
        update = Update("statuses", body, person.user_id or person.number, contact)
        if self.held is None:
            return self.webhooks.push(update)
        self.held.append(update)
        return update
