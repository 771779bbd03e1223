"""The part of `aduan check` about the certificate of the public address, which messengers examine as well."""

from __future__ import annotations

import asyncio
import ssl
import time
from urllib.parse import urlsplit

from bot.operations.check_findings import Finding, note, ok, problem

PATIENCE_SECONDS = 10.0
HTTPS_PORT = 443
DAY = 86_400
# Programs that renew certificates do it 30 days before the end.
SOON_DAYS, NOW_DAYS = 21, 3
RENEW = "Renew it (with certbot: `certbot renew`), and let the web server load it again."
REPLACE = (
    "It has to be valid today, for this host, and given with its chain. "
    f"{RENEW} Is the clock of this machine right?"
)


async def examine_certificate(url: str, context: ssl.SSLContext | None = None) -> list[Finding]:
    """Whether the certificate is accepted, and until when; nothing where no connection is made.

    `context` says which certificates are trusted, by default those of this machine.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or HTTPS_PORT
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            _, writer = await asyncio.open_connection(
                host, port, ssl=context or ssl.create_default_context(), server_hostname=host
            )
    except ssl.SSLCertVerificationError as error:
        what = f"{url}: the certificate is not accepted ({error.verify_message}): messengers deliver nothing"
        return [problem(what, REPLACE)]
    except (OSError, TimeoutError):
        # Not every network reaches its own public address.
        return []
    end = ssl.cert_time_to_seconds(writer.get_extra_info("peercert")["notAfter"])
    writer.close()
    return [_until(url, int((end - time.time()) // DAY))]


def _until(url: str, days: int) -> Finding:
    if days >= SOON_DAYS:
        return ok(f"{url}: the certificate is valid for {days} more days")
    made = note if days >= NOW_DAYS else problem
    left = "less than a day" if days < 1 else "1 day" if days == 1 else f"{days} days"
    return made(f"{url}: the certificate ends in {left}; afterwards messengers deliver nothing", RENEW)
