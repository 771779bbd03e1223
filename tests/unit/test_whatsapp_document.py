"""docs/whatsapp.md shows the template as the bot sends it, within Meta's rules."""

from __future__ import annotations

import re
import textwrap
import tomllib
from pathlib import Path

import pytest

from bot.channels.whatsapp.templates import VARIABLE
from bot.config.settings import read
from bot.config.whatsapp import NEEDED, SECRETS, WhatsApp
from bot.operations.check_template import template_findings
from bot.wording.rendering import LANGUAGES, Renderer
from conversations.followup.news import READ
from tests.unit.test_config import example
from tests.unit.test_config_whatsapp import WHATSAPP

DOCUMENT = (Path(__file__).parents[2] / "docs" / "whatsapp.md").read_text(encoding="utf-8")
BUTTON = "read_news"
LONGEST_BODY, LONGEST_BUTTON = 1024, 25


def template(language: str) -> tuple[str, str]:
    """The body as it is submitted, and its button."""
    words = Renderer()
    body = words.plain("system.knock", {VARIABLE: "{{1}}"}, language).strip()
    return body, words.label(READ, {}, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_to_submit_is_the_one_that_the_bot_renders(language: str) -> None:
    body, button = template(language)
    assert re.search(rf"\(`{language}`\) \| {re.escape(body)} \| {re.escape(button)} \|", DOCUMENT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_keeps_metas_rules(language: str) -> None:
    body, button = template(language)
    assert body.count("{{1}}") == 1
    assert not body.startswith("{{")
    assert not re.search(r"\}\}\W*$", body)
    assert len(body) <= LONGEST_BODY
    assert len(button) <= LONGEST_BUTTON


def test_the_check_accepts_the_template_of_the_document() -> None:
    name = WhatsApp().template
    assert f"`{name}`" in DOCUMENT
    submitted = [
        {
            "name": name,
            "language": language,
            "status": "APPROVED",
            "category": "UTILITY",
            "components": [
                {"type": "BODY", "text": body},
                {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": button}]},
            ],
        }
        for language in LANGUAGES
        for body, button in (template(language),)
    ]
    assert [str(found.level) for found in template_findings(submitted, name)] == ["OK"] * len(LANGUAGES)


def test_the_lines_of_the_configuration_fill_the_sections_of_the_example() -> None:
    (lines,) = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    filled, there = tomllib.loads(textwrap.dedent(lines)), example()
    secrets = {name: WHATSAPP[name] for name in SECRETS}
    assert set(filled) <= set(there)
    config = read({**there, **filled, "whatsapp": {**filled["whatsapp"], **secrets}})
    assert config.whatsapp.used
    assert f"{config.web.public_url}/whatsapp" in DOCUMENT
    for value in filled["whatsapp"].values():
        assert DOCUMENT.count(value) > 1


@pytest.mark.parametrize("key", NEEDED)
def test_each_compulsory_setting_is_in_the_document(key: str) -> None:
    assert f"{key} = " in DOCUMENT or f"ADUAN_WHATSAPP__{key.upper()}" in DOCUMENT
