"""Every part of a message replaced by every kind of value: the embedded Cloud API answers all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.cloud_api_client import NUMBER, chatting
from tests.integration.test_cloud_api_lengths import button, buttons, link, listed, row
from tests.integration.test_cloud_api_rules import add_templates, template
from tests.integration.test_cloud_api_rules import button as quick_reply

JUNK: tuple[Any, ...] = (None, True, -1, 5e300, "", "a" * 5000, [], [[]], {}, {"a": {}}, [None], "\ud800")
MESSAGES: dict[str, dict[str, Any]] = {
    "text": {"type": "text", "text": {"body": "Halo", "preview_url": False}},
    "buttons": buttons(button(1), button(2), header={"type": "text", "text": "a"}, footer={"text": "b"}),
    "list": listed({"title": "A", "rows": [row(1, description="b")]}),
    "link": link(),
    "image": {"type": "image", "image": {"id": "a file", "caption": "Foto"}},
    "location": {"type": "location", "location": {"latitude": 1, "longitude": "2"}},
    "contacts": {
        "type": "contacts",
        "contacts": [{"name": {"formatted_name": "Budi"}, "phones": [{"phone": "+62"}]}],
    },
    "template": template([], components=quick_reply()),
    "read": {"status": "read", "message_id": "wamid.x", "typing_indicator": {"type": "text"}},
}
ENVELOPE = {"to": NUMBER, "context": {"message_id": "wamid.x"}, "biz_opaque_callback_data": "1"}


def variants(value: Any) -> Iterator[Any]:
    """Give the value with each of its parts replaced by each junk value, and without each field."""
    yield from JUNK
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {key: each for key, each in value.items() if key != name}
            yield from ({**value, name: changed} for changed in variants(inner))
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from ([*value[:place], changed, *value[place + 1 :]] for changed in variants(inner))


@pytest.mark.parametrize("name", MESSAGES)
async def test_no_value_breaks_the_server(name: str) -> None:
    async with chatting() as (client, siti):
        add_templates(client)
        whole = json.dumps({**({} if name == "read" else ENVELOPE), **MESSAGES[name]})
        whole = whole.replace("wamid.x", siti.messages[0]["id"]).replace("a file", await client.uploaded())
        path = f"{client.cloud.phone_number_id}/messages"
        count = 0
        for body in variants({"messaging_product": "whatsapp", **json.loads(whole)}):
            status, answer = await client.call("POST", path, json=body)
            assert status == 200 or 400 <= status < 500, body
            assert ("error" in answer) == (status >= 400), body
            count += 1
        assert count > 50
