"""The bodies of webhooks: one or many updates, as Meta nests them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.simulator.whatsapp.account import Account

Part = Literal["messages", "statuses", "user_id_update"]
# A batch of more updates than this is spread over two entries.
ONE_ENTRY = 3


@dataclass(eq=False)
class Update:
    """One update: the list of a webhook that it is in, its object, its contact, and whether it arrived."""

    part: Part
    body: dict[str, Any]
    # The updates of one queue may be kept in order.
    queue: str
    contact: dict[str, Any] | None = None
    arrived: bool = False

    @property
    def field(self) -> str:
        """Return the field of the subscription that it belongs to."""
        return "user_id_update" if self.part == "user_id_update" else "messages"


def payload(account: Account, updates: Sequence[Update]) -> dict[str, Any]:
    """Return the body of one POST with these updates."""
    middle = len(updates) if len(updates) <= ONE_ENTRY else len(updates) // 2
    halves = [half for half in (updates[:middle], updates[middle:]) if half]
    entries = [{"id": account.business_account_id, "changes": _changes(account, half)} for half in halves]
    return {"object": "whatsapp_business_account", "entry": entries}


def _changes(account: Account, updates: Sequence[Update]) -> list[dict[str, Any]]:
    """Return a change for each run of updates of one part."""
    runs: list[list[Update]] = []
    for update in updates:
        if runs and runs[-1][0].part == update.part:
            runs[-1].append(update)
        else:
            runs.append([update])
    return [{"value": _value(account, run), "field": run[0].field} for run in runs]


def _value(account: Account, run: Sequence[Update]) -> dict[str, Any]:
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": account.number, "phone_number_id": account.phone_number_id},
    }
    contacts = {update.contact["user_id"]: update.contact for update in run if update.contact}
    if contacts:
        # Not in the order of the messages: a reader matches them by id.
        value["contacts"] = list(contacts.values())[::-1]
    return {**value, run[0].part: [update.body for update in run]}
