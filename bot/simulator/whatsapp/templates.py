"""The message templates of the account: approved texts with variables, and their check."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.simulator.whatsapp.errors import CloudError, invalid
from bot.simulator.whatsapp.phone import Choice

VARIABLE = re.compile(r"\{\{(\d+)\}\}")
SPACES = re.compile(r"[\n\t]| {5,}")
EDGES = re.compile(r"^\{\{\d+\}\}|\{\{\d+\}\}$")
NAME = re.compile(r"[a-z0-9_]{1,512}")
MOST_BODY = 1024
MOST_BUTTONS, BUTTON = 10, 25
State = Literal["APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED"]
# Why a template that is not approved is refused.
REFUSALS = {"PAUSED": 132015, "DISABLED": 132016}


@dataclass
class Template:
    """One template in one language: a body with {{1}}, {{2}}…, and quick replies.

    Raises ValueError for one that Meta would not accept.
    """

    name: str
    language: str
    body: str
    buttons: tuple[str, ...] = ()
    category: str = "UTILITY"
    status: State = "APPROVED"

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"the name {self.name!r} has other signs than a-z, 0-9 and _")
        if not self.body or len(self.body) > MOST_BODY:
            raise ValueError(f"the body of {self.name} has {len(self.body)} characters, not 1 to {MOST_BODY}")
        if EDGES.search(self.body.strip()):
            raise ValueError(f"the body of {self.name} begins or ends with a variable")
        numbers = list(dict.fromkeys(map(int, VARIABLE.findall(self.body))))
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"the variables of {self.name} are not numbered from 1: {numbers}")
        if len(self.buttons) > MOST_BUTTONS or any(not 0 < len(text) <= BUTTON for text in self.buttons):
            raise ValueError(
                f"{self.name} has more than {MOST_BUTTONS} buttons or one over {BUTTON} characters"
            )

    @property
    def count(self) -> int:
        """Return how many variables the body has."""
        return len(set(VARIABLE.findall(self.body)))

    def as_json(self, number: int) -> dict[str, Any]:
        """Return the template as the list of the account's templates has it."""
        body: dict[str, Any] = {"type": "BODY", "text": self.body}
        if self.count:
            body["example"] = {"body_text": [[f"contoh {place}" for place in range(1, self.count + 1)]]}
        buttons = [{"type": "QUICK_REPLY", "text": text} for text in self.buttons]
        return {
            "name": self.name,
            "parameter_format": "POSITIONAL",
            "components": [body, *([{"type": "BUTTONS", "buttons": buttons}] if buttons else [])],
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "id": str(1_689_556_908_129_800 + number),
        }


@dataclass
class Templates:
    """All templates, by name and language."""

    known: dict[tuple[str, str], Template] = field(default_factory=dict)

    def add(self, template: Template) -> Template:
        """Add a template or replace it."""
        self.known[template.name, template.language] = template
        return template

    def as_json(self) -> list[dict[str, Any]]:
        """Return all templates."""
        return [template.as_json(number) for number, template in enumerate(self.known.values())]

    def usable(self, name: str, language: str) -> Template:
        """Return an approved template; raise CloudError 132001, 132015 or 132016."""
        template = self.known.get((name, language))
        if template is None:
            raise CloudError(132001, f"template name ({name}) does not exist in {language}")
        if template.status != "APPROVED":
            code = REFUSALS.get(template.status, 132001)
            raise CloudError(code, f"template {name} has the status {template.status}")
        return template


def fill(template: Template, components: list[dict[str, Any]]) -> tuple[str, list[Choice]]:
    """Return the body with its values, and the quick replies; raise CloudError."""
    values: list[str] = []
    payloads: dict[int, str] = {}
    for component in components:
        parameters = component.get("parameters", [])
        if component["type"] == "body":
            values = [_value(parameter) for parameter in parameters]
        elif component["type"] == "button":
            payloads[_place(template, component)] = _payload(parameters)
        else:
            raise CloudError(132012, f"template {template.name} has no {component['type']}")
    if len(values) != template.count:
        raise CloudError(
            132000,
            f"number of localizable_params ({len(values)}) does not match the expected number of"
            f" params ({template.count})",
        )
    text = VARIABLE.sub(lambda found: values[int(found[1]) - 1], template.body)
    if len(text) > MOST_BODY:
        raise CloudError(132005, f"the body has {len(text)} characters, at most {MOST_BODY} are allowed")
    replies = [
        Choice(title, payload, {"type": "button", "button": {"payload": payload, "text": title}})
        for place, title in enumerate(template.buttons)
        for payload in [payloads.get(place, title)]
    ]
    return text, replies


def _value(parameter: dict[str, Any]) -> str:
    if parameter["type"] != "text":
        raise CloudError(132012, f"the body takes text, not {parameter['type']}")
    text = str(parameter.get("text", ""))
    if not text:
        raise invalid("Param text of a template's parameter must be a non-empty string")
    if SPACES.search(text):
        raise invalid("Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
    return text


def _place(template: Template, component: dict[str, Any]) -> int:
    place = int(component["index"]) if str(component.get("index", "")).isdecimal() else -1
    if component.get("sub_type") != "quick_reply" or not 0 <= place < len(template.buttons):
        raise CloudError(
            132012, f"template {template.name} has no quick reply at index {component.get('index')}"
        )
    return place


def _payload(parameters: list[dict[str, Any]]) -> str:
    if len(parameters) != 1 or parameters[0]["type"] != "payload":
        raise CloudError(132012, "a quick reply takes one payload")
    return str(parameters[0].get("payload", ""))
