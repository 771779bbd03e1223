"""A button of the card: what it does, when it is shown, and how new the knowledge of its presser must be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from conversations.complaints.agency import Agency
from conversations.complaints.case import Case
from conversations.complaints.life_cycle import CaseEvent, Role, allowed
from conversations.desk.access import RefusableAct
from conversations.messages import Button, Params, Style


class Freshness(Enum):
    """How old the presser's known membership may be (world.py: STRICT_AGE, ORDINARY_AGE)."""

    STRICT = "strict"
    # Strict for a confidential case, else ordinary.
    AS_THE_CASE = "as the case"
    ORDINARY = "ordinary"
    # For a button that neither changes nor shows a case.
    NOT_NEEDED = "not needed"


def always(_case: Case) -> bool:
    """True: every case that is not erased has the button while the life cycle allows its event."""
    return True


def _every_agency(_agency: Agency) -> bool:
    return True


def _no_params(_case: Case) -> Params:
    return {}


@dataclass(frozen=True, slots=True)
class CardButton:
    """A button of the card, shown while the life cycle allows `event` to `role` and `shown` is true."""

    # The block of buttons.html with its wording; also its action.
    label: str
    # What a press does.
    handler: RefusableAct
    # The row of the card, or of the message of "Lainnya", counted from 0.
    row: int
    # The event that it causes; None when it causes none.
    event: CaseEvent | None = None
    # The role that may cause the event.
    role: Role = Role.OFFICER
    # Whether a case has the button, in addition.
    shown: Callable[[Case], bool] = always
    # How old the presser's known membership may be.
    freshness: Freshness = Freshness.AS_THE_CASE
    # The colour.
    style: Style | None = None
    # The parameters of the wording.
    params: Callable[[Case], Params] = _no_params
    # Whether it is in the message that "Lainnya" sends, and not on the card.
    more: bool = False
    # Whether the cases of an agency have the button, in addition.
    available: Callable[[Agency], bool] = _every_agency

    def is_shown(self, case: Case, agency: Agency | None = None) -> bool:
        """Whether the card of this case of this agency has the button now; without one, of any agency."""
        if case.erased:
            return False
        possible = self.event is None or allowed(case.status, self.event, self.role)
        possible = possible and (agency is None or self.available(agency))
        return possible and self.shown(case)

    def button(self, case: Case) -> Button:
        """The button for the card of this case."""
        label = self.label
        return Button(label, label, case.id, case.version, style=self.style, params=self.params(case))
