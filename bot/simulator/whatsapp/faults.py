"""Faults on demand for calls of the Cloud API: before or after the effect."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.simulator.api.faults import Fault
from bot.simulator.whatsapp.errors import CloudError

# The codes of a server that failed without saying why, and of a number that sends too much.
SERVER_ERROR, THROTTLED = 131000, 130429


@dataclass(eq=False)
class CloudFault(Fault):
    """A fault whose kind "500" answers with an error of this code; the code decides the HTTP status."""

    error_code: int = SERVER_ERROR

    async def apply(self, result: Any = None) -> web.Response | None:
        """Return the answer of the fault, raise CloudError or Dropped, or return None to proceed."""
        if self.kind in ("429", "500"):
            self._reached.set()
            raise CloudError(THROTTLED if self.kind == "429" else self.error_code, "a fault on demand")
        return await super().apply(result)
