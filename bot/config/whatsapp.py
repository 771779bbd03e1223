"""The settings of WhatsApp, which citizens may use next to Telegram (docs/whatsapp.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, SecretStr

from conversations.complaints.agency import Settings

DIGITS = re.compile(r"[0-9]{5,20}")
VERSION = re.compile(r"v[0-9]{2}\.[0-9]")
TELEPHONE = re.compile(r"[1-9][0-9]{7,14}")
TEMPLATE = re.compile(r"[a-z0-9_]{1,512}")
# A header of HTTP holds the token; a space or a line's end comes from copying.
SECRET = re.compile(r"[!-~]*")
# Where Meta's API is, without its version.
GRAPH = "https://graph.facebook.com"

_OR_ENVIRONMENT = "here or in the environment as ADUAN_WHATSAPP__"
# What each setting is that must be there with a `phone_number_id`, in the order of the file.
NEEDED: Mapping[str, str] = {
    "business_account_id": "the id of the WhatsApp Business account, which is at WhatsApp > API Setup",
    "number": "the telephone number with its country, as 6281234567890",
    "token": "the token of a system user (Business settings > System users > Generate token), "
    f"{_OR_ENVIRONMENT}TOKEN",
    "app_secret": f"the secret of the app (App settings > Basic), {_OR_ENVIRONMENT}APP_SECRET",
    "verify_token": "a text of your own, which Meta asks for at WhatsApp > Configuration > Verify token, "
    f"{_OR_ENVIRONMENT}VERIFY_TOKEN",
}
SECRETS = ("token", "app_secret", "verify_token")
REASON = "whatsapp.phone_number_id is set"


def _number_or_nothing(value: str) -> str:
    if value and not DIGITS.fullmatch(value):
        raise ValueError("the digits that Meta shows next to the number, as 106540352242922; empty for none")
    return value


def _telephone_or_nothing(value: str) -> str:
    if value and not TELEPHONE.fullmatch(value):
        raise ValueError("the number with its country and without + or 0, as 6281234567890; empty for none")
    return value


def _secret(value: SecretStr) -> SecretStr:
    if not SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("letters, digits and signs without spaces and line ends")
    return value


def _template(value: str) -> str:
    if not TEMPLATE.fullmatch(value):
        raise ValueError("the name of the template: small letters, digits and _, as aduan_kabar")
    return value


def _version(value: str) -> str:
    if not VERSION.fullmatch(value):
        raise ValueError("a version of the Graph API, as v25.0")
    return value


def _address(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise ValueError(f"an http(s) address without a version, as {GRAPH}")
    return value.rstrip("/")


class WhatsApp(Settings):
    """How the Cloud API is reached. Without a `phone_number_id` citizens use Telegram alone."""

    phone_number_id: Annotated[str, AfterValidator(_number_or_nothing)] = ""
    business_account_id: Annotated[str, AfterValidator(_number_or_nothing)] = ""
    number: Annotated[str, AfterValidator(_telephone_or_nothing)] = ""
    token: Annotated[SecretStr, AfterValidator(_secret)] = SecretStr("")
    app_secret: Annotated[SecretStr, AfterValidator(_secret)] = SecretStr("")
    verify_token: Annotated[SecretStr, AfterValidator(_secret)] = SecretStr("")
    template: Annotated[str, AfterValidator(_template)] = "aduan_kabar"
    api_version: Annotated[str, AfterValidator(_version)] = "v25.0"
    base_url: Annotated[str, AfterValidator(_address)] = GRAPH

    @property
    def used(self) -> bool:
        """Whether citizens may use WhatsApp."""
        return bool(self.phone_number_id)


def missing_for_whatsapp(settings: WhatsApp, *, secrets: bool) -> list[str]:
    """A line for each setting that WhatsApp needs and lacks; without `secrets` those may be missing."""
    return [
        f"whatsapp.{key}: missing; expected {what}, because {REASON}"
        for key, what in NEEDED.items()
        if not _text(settings, key) and (secrets or key not in SECRETS)
    ]


def _text(settings: WhatsApp, key: str) -> str:
    value = getattr(settings, key)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
