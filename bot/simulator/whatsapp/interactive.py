"""The check of an interactive message: its kind, its parts, their lengths and numbers.

Limits: developers.facebook.com/documentation/business-messaging/whatsapp/messages, the pages
interactive-reply-buttons-messages, interactive-list-messages and those next to them.
"""

from typing import Any

from bot.simulator.whatsapp.errors import CloudError
from bot.simulator.whatsapp.fields import Need, Rule, Shape, array, beyond, choice, record, text, unique
from bot.simulator.whatsapp.phone import Choice

BODY, LIST_BODY, HEADER, FOOTER = 1024, 4096, 60, 60
BUTTONS, BUTTON_TITLE, BUTTON_ID = 3, 20, 256
ROWS, ROW_TITLE, ROW_DETAIL, ROW_ID, SECTION_TITLE = 10, 24, 72, 200, 24
SECTIONS = 10
ADDRESS = 2000
KINDS = ("button", "list", "cta_url", "location_request_message", "request_contact_info")
MEDIA_HEADER = record({"id": Need(text(128))})
DOCUMENT_HEADER = record({"id": Need(text(128)), "filename": text(240)})
HEADERS: dict[str, Rule] = {
    "text": text(HEADER),
    "image": MEDIA_HEADER,
    "video": MEDIA_HEADER,
    "document": DOCUMENT_HEADER,
}
REPLY = record({"id": Need(text(BUTTON_ID)), "title": Need(text(BUTTON_TITLE))})
BUTTON = record({"type": Need(choice("reply")), "reply": Need(REPLY)})
ROW = record(
    {"id": Need(text(ROW_ID)), "title": Need(text(ROW_TITLE)), "description": text(ROW_DETAIL, least=0)}
)
SECTION = record({"title": text(SECTION_TITLE), "rows": Need(array(ROW, ROWS, what="rows"))})


def header(place: str, value: Any) -> None:
    """Take a header of one of the kinds."""
    kind = value.get("type") if isinstance(value, dict) else None
    choice(*HEADERS)(f"{place}['type']", kind)
    record({"type": Need(choice(kind)), str(kind): Need(HEADERS[str(kind)])})(place, value)


def text_header(place: str, value: Any) -> None:
    """Take a header of text only, as a list has it."""
    record({"type": Need(choice("text")), "text": Need(HEADERS["text"])})(place, value)


def address(place: str, value: Any) -> None:
    """Take a web address."""
    text(ADDRESS)(place, value)
    if not value.startswith(("https://", "http://")):
        raise CloudError(131009, f"Param {place} is not a valid URL")


def buttons(place: str, action: Any) -> None:
    """Take one to three reply buttons with different titles and ids."""
    record({"buttons": Need(array(BUTTON, BUTTONS, what="buttons"))})(place, action)
    replies = [button["reply"] for button in action["buttons"]]
    unique(f"{place}['buttons']", "title", [reply["title"] for reply in replies])
    unique(f"{place}['buttons']", "id", [reply["id"] for reply in replies])


def rows(place: str, action: Any) -> None:
    """Take a list of at most ten rows in all; several sections need titles."""
    sections = array(SECTION, SECTIONS, what="sections")
    record({"button": Need(text(BUTTON_TITLE)), "sections": Need(sections)})(place, action)
    inner, found = f"{place}['sections']", action["sections"]
    if len(found) > 1 and not all(section.get("title") for section in found):
        raise beyond(inner, "Section title is required for each section when there are several sections")
    listed = [row for section in found for row in section["rows"]]
    if len(listed) > ROWS:
        raise beyond(inner, f"Total row count exceed max allowed count: {ROWS}")
    unique(inner, "row id", [row["id"] for row in listed])


LINK = record(
    {
        "name": Need(choice("cta_url")),
        "parameters": Need(record({"display_text": Need(text(BUTTON_TITLE)), "url": Need(address)})),
    }
)
HEADED: Shape = {"header": header, "body": Need(record({"text": Need(text(BODY))}))}
BARE: Shape = {"body": Need(record({"text": Need(text(BODY))}))}
FOOTED: Shape = {"footer": record({"text": Need(text(FOOTER))})}
SHAPES: dict[str, Shape] = {
    "button": {**HEADED, **FOOTED, "action": Need(buttons)},
    "list": {
        "header": text_header,
        "body": Need(record({"text": Need(text(LIST_BODY))})),
        **FOOTED,
        "action": Need(rows),
    },
    "cta_url": {**HEADED, **FOOTED, "action": Need(LINK)},
    "location_request_message": {**BARE, "action": Need(record({"name": Need(choice("send_location"))}))},
    "request_contact_info": {
        **BARE,
        "action": Need(record({"name": Need(choice("request_contact_info"))})),
    },
}


def interactive(place: str, value: Any) -> None:
    """Take an interactive message."""
    kind = value.get("type") if isinstance(value, dict) else None
    choice(*KINDS)(f"{place}['type']", kind)
    record({"type": Need(choice(*KINDS)), **SHAPES[str(kind)]})(place, value)


def _buttons_of(action: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [("button_reply", button["reply"]) for button in action["buttons"]]


def _rows_of(action: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [("list_reply", row) for section in action["sections"] for row in section["rows"]]


READERS = {"button": _buttons_of, "list": _rows_of}


def choices_of(value: dict[str, Any]) -> list[Choice]:
    """Return the buttons or rows of an interactive message."""
    read = READERS.get(value["type"])
    pressed = read(value["action"]) if read else []
    return [
        Choice(
            reply["title"], reply["id"], {"type": "interactive", "interactive": {"type": kind, kind: reply}}
        )
        for kind, reply in pressed
    ]
