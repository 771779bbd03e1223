"""WhatsApp in a running bot: which messages are marked as read, and the path of its webhook."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.base import BlockChanged
from bot.clock.business_time import BusinessClock
from bot.config.settings import read
from bot.config.whatsapp import WhatsApp
from bot.leadership import standby_pages
from bot.second_messenger import SecondMessenger, newest_messages
from bot.turns.batches import Incoming
from bot.web import webhook_page
from bot.wording.rendering import Renderer
from tests.unit.test_config_whatsapp import with_whatsapp
from tests.unit.whatsapp_bodies import SITI, raw


def test_of_each_person_the_last_message_is_marked_as_read() -> None:
    raws = [raw(wamid=f"wamid.{place}") | {"chat": SITI + place % 2} for place in range(1_000)]
    others = [raw("status"), raw("other"), raw() | {"body": {"type": "text"}}, b"damaged", None]
    batch = [Incoming("whatsapp", 1, None, each) for each in [*raws, *others]]
    batch.append(Incoming("whatsapp", None, BlockChanged(SITI, blocked=False), b""))
    assert newest_messages(batch) == ["wamid.998", "wamid.999"]


# web.public_url -> the path of the webhook, which a web server passes on unchanged
PATHS = {
    "https://aduan.example.go.id": "/whatsapp",
    "https://example.go.id/aduan": "/aduan/whatsapp",
    "https://example.go.id/a/b/": "/a/b/whatsapp",
}


@pytest.mark.parametrize("public_url", PATHS)
def test_the_webhook_has_the_path_of_the_public_address(public_url: str) -> None:
    config = read(with_whatsapp(web={"listen": "127.0.0.1:8080", "public_url": public_url}))
    nothing: Any = None
    words, clock = Renderer(), BusinessClock(practice=False)
    second = SecondMessenger(config, (nothing, nothing), words, nothing, clock, nothing)
    path = PATHS[public_url]
    assert [(route.method, route.path) for route in second.routes] == [("GET", path), ("POST", path)]
    standing_by = standby_pages.routes(config, lambda: None)
    assert ("POST", path) in [(route.method, route.path) for route in standing_by]


def test_a_process_that_stands_by_refuses_the_updates_of_both_messengers() -> None:
    config = read(with_whatsapp())
    telegram = config.telegram.model_copy(update={"updates": "webhook"})
    both = config.model_copy(update={"telegram": telegram})
    without = both.model_copy(update={"whatsapp": WhatsApp()})
    assert webhook_page.paths_of(both) == ["/telegram", "/whatsapp"]
    assert webhook_page.paths_of(without) == ["/telegram"]
    assert webhook_page.paths_of(config) == ["/whatsapp"]
