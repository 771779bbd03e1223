"""The settings of WhatsApp, which citizens may use next to Telegram (docs/whatsapp.md)."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, SecretStr

from conversations.complaints.agency import Settings

DIGITS = re.compile(r"[0-9]{5,20}")
VERSION = re.compile(r"v[0-9]{2}\.[0-9]")
TELEPHONE = re.compile(r"[1-9][0-9]{7,14}")


def _number_or_nothing(value: str) -> str:
    if value and not DIGITS.fullmatch(value):
        raise ValueError("the digits that Meta shows next to the number, as 106540352242922; empty for none")
    return value


def _telephone_or_nothing(value: str) -> str:
    if value and not TELEPHONE.fullmatch(value):
        raise ValueError("the number with its country and without + or 0, as 6281234567890; empty for none")
    return value


def _version(value: str) -> str:
    if not VERSION.fullmatch(value):
        raise ValueError("a version of the Graph API, as v25.0")
    return value


class WhatsApp(Settings):
    """How the Cloud API is reached. Without a `phone_number_id` citizens use Telegram alone."""

    phone_number_id: Annotated[str, AfterValidator(_number_or_nothing)] = ""
    business_account_id: Annotated[str, AfterValidator(_number_or_nothing)] = ""
    number: Annotated[str, AfterValidator(_telephone_or_nothing)] = ""
    token: SecretStr = SecretStr("")
    app_secret: SecretStr = SecretStr("")
    verify_token: SecretStr = SecretStr("")
    template: str = "aduan_kabar"
    api_version: Annotated[str, AfterValidator(_version)] = "v25.0"
    base_url: str = "https://graph.facebook.com"

    @property
    def used(self) -> bool:
        """Whether citizens may use WhatsApp."""
        return bool(self.phone_number_id)
