"""Reads from Meta's Graph API for `aduan check`; nothing is changed there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.channels.telegram.failures import IN_WORDS
from bot.config.whatsapp import WhatsApp

PATIENCE = aiohttp.ClientTimeout(total=20, connect=10)
# A sentence of the API may repeat what it was asked; longer ones are cut.
LONGEST_SENTENCE = 200


class GraphError(Exception):
    """The API answered with an error: its code and its sentence."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


class UnreachedError(Exception):
    """No answer of the server came, or one that is not its own; the message says why."""


def in_words(error: Exception) -> str:
    """Why a server was not reached, in plain words and without the address, which may hold a secret."""
    name = type(error).__name__
    return next((words for part, words in IN_WORDS if part in name), name)


class GraphReader:
    """Reads objects of the Graph API with the token of the settings, or with another."""

    def __init__(self, session: aiohttp.ClientSession, settings: WhatsApp) -> None:
        self._session, self._token = session, settings.token
        self._base = f"{settings.base_url}/{settings.api_version}"

    async def get(self, path: str, token: SecretStr | None = None, **query: str) -> dict[str, Any]:
        """The object at this path. Raises GraphError and UnreachedError."""
        bearer = (token or self._token).get_secret_value()
        headers = {"Authorization": f"Bearer {bearer}"}
        try:
            async with self._session.get(
                f"{self._base}/{path}", params=query, headers=headers, timeout=PATIENCE
            ) as response:
                status, body = response.status, await response.read()
        except (aiohttp.ClientError, OSError) as error:
            raise UnreachedError(in_words(error)) from None
        return _object(status, body)


def _object(status: int, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise UnreachedError(f"HTTP {status} with an answer that is not Meta's")
    if isinstance(error := answer.get("error"), Mapping):
        raise GraphError(_code(error), _sentence(error))
    return answer


def _code(error: Mapping[str, Any]) -> int:
    code = error.get("code")
    return code if isinstance(code, int) else 0


def _sentence(error: Mapping[str, Any]) -> str:
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, Mapping) else ""
    said = str(details or error.get("message") or "no reason given")
    return said if len(said) <= LONGEST_SENTENCE else f"{said[:LONGEST_SENTENCE]}…"


def mapping(value: Any) -> Mapping[str, Any]:
    """The value, if it is an object; else an empty one."""
    return value if isinstance(value, Mapping) else {}


def listed(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The objects that an answer lists."""
    data = answer.get("data")
    return [each for each in data if isinstance(each, Mapping)] if isinstance(data, list) else []
