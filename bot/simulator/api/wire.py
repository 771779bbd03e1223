"""HTTP on both sides of a call: a request's parameters, and the bytes of an answer."""

import asyncio
import json
import re
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.simulator.api.errors import ApiError
from bot.simulator.api.parameters import Upload

TOO_LARGE = ApiError(413, "Request Entity Too Large")
# json.dumps escapes a byte that is not UTF-8 as the second half of a surrogate pair, without the first half.
ESCAPED = b"\\udc"
RAW_BYTE = re.compile(rb"(?<!\\)(?<!\\ud[89ab][0-9a-f]{2})\\udc([89a-f][0-9a-f])")


def answer_bytes(body: dict[str, Any]) -> bytes:
    """Return an answer as Telegram writes it: bytes that are not UTF-8 are sent unchanged.

    A button's data may be any bytes. Inside Python they are text that was decoded with `surrogateescape`.
    """
    written = json.dumps(body).encode()
    return RAW_BYTE.sub(lambda found: bytes([int(found[1], 16)]), written) if ESCAPED in written else written


async def read_body(request: web.Request) -> dict[str, Any]:
    """Return a call's parameters from query, form, JSON or multipart; files as uploads."""
    raw: dict[str, Any] = dict(request.query)
    try:
        if request.content_type == "multipart/form-data":
            raw |= await _multipart(request)
        elif request.content_type == "application/json":
            raw |= _object(await request.read())
        else:
            raw |= parse_qsl((await request.read()).decode(), keep_blank_values=True)
    except web.HTTPRequestEntityTooLarge:
        raise TOO_LARGE from None
    return raw


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ApiError(400, "Bad Request: can't parse JSON object")
    return value


async def _multipart(request: web.Request) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            data = await asyncio.to_thread(value.file.read)
            fields[name] = Upload(value.filename, value.content_type, data)
        else:
            fields[name] = value
    return fields
