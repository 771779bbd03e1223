"""The certificate of the public address: accepted until when, and why not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.operations.check_certificate import examine_certificate
from bot.operations.check_findings import Level

HOST = "localhost"


def certificate(folder: Path, days: float, host: str = HOST) -> Path:
    """A certificate that signs itself and ends in N days, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days, minutes=5))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    path = folder / "certificate.pem"
    path.write_bytes(key.private_bytes(pem, form, plain) + made.public_bytes(pem))
    return path


@asynccontextmanager
async def serving(path: Path) -> AsyncIterator[str]:
    """The address of a server with this certificate."""

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(path)
    async with await asyncio.start_server(hang_up, HOST, 0, ssl=own, family=2) as server:
        yield f"https://{HOST}:{server.sockets[0].getsockname()[1]}"


# days until its end, its host, whether it is trusted -> the level, a part of the finding
CERTIFICATES: dict[str, tuple[float, str, bool, Level, str]] = {
    "a new one": (89, HOST, True, Level.OK, "valid for 89 more days"),
    "one that ends soon": (10, HOST, True, Level.NOTE, "ends in 10 days"),
    "one that ends tomorrow": (1, HOST, True, Level.PROBLEM, "ends in 1 day;"),
    "one that ends today": (0.5, HOST, True, Level.PROBLEM, "ends in less than a day"),
    "one that has ended": (-1, HOST, True, Level.PROBLEM, "(certificate has expired)"),
    "one of another host": (89, "aduan.example.go.id", True, Level.PROBLEM, "not valid for 'localhost'"),
    "one that no one trusts": (89, HOST, False, Level.PROBLEM, "(self-signed certificate)"),
}


@pytest.mark.parametrize("name", CERTIFICATES)
async def test_a_certificate_is_judged_as_a_messenger_would(tmp_path: Path, name: str) -> None:
    days, host, trusted, level, says = CERTIFICATES[name]
    path = certificate(tmp_path, days, host)
    context = ssl.create_default_context(cafile=str(path) if trusted else None)
    async with serving(path) as url:
        (found,) = await examine_certificate(url, context)
    assert (found.level, says in found.what) == (level, True), found.what
    assert bool(found.advice) is (level is not Level.OK)


async def test_an_address_that_is_not_reached_or_not_encrypted_is_no_finding(tmp_path: Path) -> None:
    async with serving(certificate(tmp_path, 89)) as url:
        pass
    assert await examine_certificate(url) == []
