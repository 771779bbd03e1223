"""The settings of WhatsApp: what is missing is named with what to do, and no secret is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.config.errors import ConfigError
from bot.config.settings import read
from tests.unit.test_config import example, no_environment, problems

__all__ = ["no_environment"]

TOKEN, SECRET, VERIFY = "EAAJBlCo0Bf8ZCxYz12345678", "0123456789abcdef0123456789abcdef", "kata-kami"
WHATSAPP = {
    "phone_number_id": "106540352242922",
    "business_account_id": "102290129340398",
    "number": "6281234567890",
    "token": TOKEN,
    "app_secret": SECRET,
    "verify_token": VERIFY,
}
WEB = {"listen": "127.0.0.1:8080", "public_url": "https://aduan.example.go.id/"}
# A practice server of Telegram, so that only WhatsApp's address is examined.
PRACTICE = {"token": "1:A", "base_url": "http://127.0.0.1:1/bot", "base_file_url": "http://127.0.0.1:1/file"}


def with_whatsapp(**changes: Any) -> dict[str, Any]:
    """The example with WhatsApp set up, these sections in place of its own."""
    return {**example(), "whatsapp": WHATSAPP, "web": WEB, **changes}


def without(key: str) -> dict[str, Any]:
    return with_whatsapp(whatsapp={name: value for name, value in WHATSAPP.items() if name != key})


def test_a_complete_section_is_used() -> None:
    config = read(with_whatsapp())
    assert config.whatsapp.used
    assert config.web.public_url == "https://aduan.example.go.id"
    assert config.rules.whatsapp_number == "6281234567890"
    assert (config.whatsapp.api_version, config.whatsapp.base_url) == ("v25.0", "https://graph.facebook.com")


def test_without_a_phone_number_id_nothing_of_it_is_required() -> None:
    config = read({**example(), "whatsapp": {"number": "6281234567890", "token": TOKEN}})
    assert not config.whatsapp.used
    assert config.rules.whatsapp_number == ""


# the key -> what its line says to do
MISSING = {
    "business_account_id": "WhatsApp > API Setup",
    "number": "6281234567890",
    "token": "ADUAN_WHATSAPP__TOKEN",
    "app_secret": "ADUAN_WHATSAPP__APP_SECRET",
    "verify_token": "ADUAN_WHATSAPP__VERIFY_TOKEN",
}


@pytest.mark.parametrize("key", MISSING)
def test_each_missing_setting_is_named_with_what_to_do(key: str) -> None:
    (line,) = problems(without(key))
    assert line.startswith(f"whatsapp.{key}: missing; expected ")
    assert MISSING[key] in line
    assert line.endswith("because whatsapp.phone_number_id is set")


def test_everything_that_is_missing_is_named_at_once() -> None:
    values = with_whatsapp(whatsapp={"phone_number_id": "106540352242922"}, web={})
    named = [line.partition(":")[0] for line in problems(values)]
    assert named == [*(f"whatsapp.{key}" for key in MISSING), "web.public_url", "web.listen"]


def test_what_both_messengers_need_is_named_once() -> None:
    telegram = {**example()["telegram"], "updates": "webhook"}
    named = [line.partition(":")[0] for line in problems(with_whatsapp(telegram=telegram, web={}))]
    assert named == ["web.public_url", "web.listen"]


def test_a_command_without_secrets_reads_the_rest() -> None:
    bare = {
        key: value for key, value in WHATSAPP.items() if key not in {"token", "app_secret", "verify_token"}
    }
    assert read(with_whatsapp(whatsapp=bare), token=False).whatsapp.used
    with pytest.raises(ConfigError, match=r"whatsapp\.number: missing"):
        read(with_whatsapp(whatsapp={"phone_number_id": "106540352242922"}), token=False)


def test_secrets_come_from_the_environment_and_from_credentials(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = {
        key: value for key, value in WHATSAPP.items() if key not in {"token", "app_secret", "verify_token"}
    }
    (tmp_path / "ADUAN_WHATSAPP__TOKEN").write_text(f"{TOKEN}\n")
    (tmp_path / "ADUAN_WHATSAPP__APP_SECRET").write_text(f"{SECRET}\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("ADUAN_WHATSAPP__VERIFY_TOKEN", VERIFY)
    settings = read(with_whatsapp(whatsapp=bare)).whatsapp
    secrets = (settings.token, settings.app_secret, settings.verify_token)
    assert [secret.get_secret_value() for secret in secrets] == [TOKEN, SECRET, VERIFY]
    assert not any(text in repr(settings) for text in (TOKEN, SECRET, VERIFY))


def test_practice_reaches_no_server_of_meta() -> None:
    (line,) = problems(with_whatsapp(practice=True, telegram=PRACTICE))
    assert line.startswith("whatsapp.base_url: 'https://graph.facebook.com' is not on this machine")


@pytest.mark.parametrize("server", ["http://127.0.0.1:8080/graph/", "http://localhost:8080/graph"])
def test_a_practice_server_needs_no_public_address(server: str) -> None:
    section = {**WHATSAPP, "base_url": server}
    web = {"listen": "127.0.0.1:8080"}
    config = read(with_whatsapp(practice=True, telegram=PRACTICE, whatsapp=section, web=web))
    assert config.whatsapp.base_url == server.rstrip("/")
    (line,) = problems(with_whatsapp(practice=True, telegram=PRACTICE, whatsapp=section, web={}))
    assert line.startswith("web.listen: missing")
