"""A plain HTTP client of the embedded messenger for its own tests, without a Telegram library."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.simulator.control.routes import practice_routes
from bot.simulator.server import Simulator
from bot.simulator.state.limits import Limits


class Client:
    """Calls the Bot API with form-encoded parameters and JSON inside, as libraries do."""

    def __init__(self, simulator: Simulator, session: aiohttp.ClientSession) -> None:
        self.simulator = simulator
        self.session = session

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        form = {key: value if isinstance(value, str) else json.dumps(value) for key, value in params.items()}
        url = f"{self.simulator.base_url}{self.simulator.token}/{method}"
        async with self.session.post(url, data=form) as response:
            body: dict[str, Any] = await response.json()
            assert response.status == body.get("error_code", 200)
            return body

    async def result(self, method: str, **params: Any) -> Any:
        body = await self.call(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        body = await self.call(method, **params)
        assert not body["ok"], body
        return str(body["description"])

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.result("getUpdates", **params)
        return found

    async def upload(self, method: str, files: dict[str, bytes], **params: Any) -> dict[str, Any]:
        form = aiohttp.FormData()
        for key, value in params.items():
            form.add_field(key, value if isinstance(value, str) else json.dumps(value))
        for name, data in files.items():
            form.add_field(name, io.BytesIO(data), filename=f"{name}.pdf", content_type="application/pdf")
        url = f"{self.simulator.base_url}{self.simulator.token}/{method}"
        async with self.session.post(url, data=form) as response:
            body: dict[str, Any] = await response.json()
            return body


@asynccontextmanager
async def messenger(limits: Limits | None = None, *, practice: bool = False) -> AsyncIterator[Client]:
    simulator = await Simulator.start(limits=limits, routes=practice_routes if practice else None)
    try:
        async with aiohttp.ClientSession() as session:
            yield Client(simulator, session)
    finally:
        await simulator.close()
