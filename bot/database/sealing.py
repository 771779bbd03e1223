"""Sealing: personal data is stored encrypted, with keys kept outside the database (invariant 8).

A sealed value is: flags (1 byte) | key number (2 bytes) | nonce (12 bytes) | AES-256-GCM text with
its tag. The flags, the key number and the context are authenticated. The context is the table and the
primary key, or `binding()`: the table, the primary key and the plain columns that the value belongs to. A
value that was moved to another row, or whose plain columns were changed, does not open.

The key file's pepper gives four more keys, each derived with a fixed label: the key of the history's links,
the key of the proofs of plain rows, the key of the index of words, and the key of the names of stored files.
Key files of earlier versions stay valid. The pepper stays when `aduan rotate-key` changes the sealing keys:
access codes, histories, the index and the names of files depend on it.
"""

from __future__ import annotations

import hmac
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.database import key_file
from bot.database.key_file import KEY_BYTES

NONCE_BYTES = 12
HEADER_BYTES = 3
COMPRESSED = 1
# Deflating costs ten times as much as encrypting; below a page of the store it saves little.
WORTH_COMPRESSING = 4096
PIECE = 1024 * 1024
CHAIN_LABEL = b"aduan history chain"
PROOF_LABEL = b"aduan proof of a plain row"
WORD_LABEL = b"aduan word of a case"
FILE_LABEL = b"aduan name of a stored file"
FINGERPRINT_LABEL = b"aduan fingerprint of a secret"
FINGERPRINT_BYTES = 16
WORD_BYTES = 8
FROM_BACKUP = "restore it from your backup"


class KeysMissingError(Exception):
    """The key file is not where the configuration says, and the database cannot be read without it."""


class KeysDamagedError(Exception):
    """The key file cannot be read as one."""


class SealBrokenError(Exception):
    """A sealed value was changed, moved, or sealed with a key that the key file does not hold."""


def context(table: str, *primary_key: object) -> bytes:
    """What binds a sealed value to its row."""
    return ":".join((table, *map(str, primary_key))).encode()


def binding(table: str, *columns: object) -> bytes:
    """What binds a sealed value to its row and to the row's plain columns, the primary key first.

    Two different lists never give the same bytes: the texts are quoted. A value of a wrong type gives bytes
    of its own, so that the seal does not fit it.
    """
    return json.dumps([table, *columns], separators=(",", ":"), default=_other).encode("ascii")


def _other(value: object) -> list[str]:
    return [type(value).__name__, repr(value)]


class Codec:
    """Seals with the newest key and opens with any.

    `pepper` is the secret of the access codes, `chain_key` that of the history's links.
    """

    def __init__(self, keys: dict[int, bytes], pepper: bytes) -> None:
        self._keys = keys
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self._newest = max(keys)
        self.pepper = pepper
        self.chain_key = _derived(pepper, CHAIN_LABEL)
        self._proof_key = _derived(pepper, PROOF_LABEL)
        self._word_key = _derived(pepper, WORD_LABEL)
        self._file_key = _derived(pepper, FILE_LABEL)

    @classmethod
    def load(cls, path: Path, *, create: bool, comes_back: str = FROM_BACKUP) -> Codec:
        """The codec of a key file; it is made, readable by its owner alone, only when `create` says so.

        Raises KeysMissingError otherwise, with `comes_back` as advice: new keys could not open what the old
        ones sealed. Raises KeysDamagedError for a file that is empty, cut or no key file.
        """
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            if not create:
                raise KeysMissingError(
                    f"{path} is missing; {comes_back}, the data cannot be read without it"
                ) from None
            content = key_file.make(path)
        try:
            return cls(*key_file.parse(content))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise KeysDamagedError(
                f"{path} is damaged or no key file; put the copy from your backup in its place, the data "
                "cannot be read without it"
            ) from None

    @property
    def newest(self) -> int:
        """The number of the key that seals."""
        return self._newest

    @property
    def fingerprint(self) -> str:
        """What identifies the key file: derived from the pepper, which stays when keys change."""
        return _fingerprint(self.pepper)

    @property
    def fingerprints(self) -> dict[int, str]:
        """What identifies each key, by number."""
        return {number: _fingerprint(key) for number, key in self._keys.items()}

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """Encrypt, compressed where that makes it smaller."""
        flags = 0
        if len(plain) >= WORTH_COMPRESSING:
            deflated = zlib.compress(plain, 1)
            if len(deflated) < len(plain):
                plain, flags = deflated, COMPRESSED
        header, nonce = self._header(flags), os.urandom(NONCE_BYTES)
        return header + nonce + self._ciphers[self._newest].encrypt(nonce, plain, header + context)

    def seal_in_pieces(self, plain: bytes | bytearray, context: bytes) -> Iterator[bytes]:
        """Encrypt a large content without a second copy of it, and as it is: files are compressed already."""
        header, nonce = self._header(0), os.urandom(NONCE_BYTES)
        encryptor = Cipher(AES(self._keys[self._newest]), GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(header + context)
        yield header + nonce
        view = memoryview(plain)
        for start in range(0, len(plain), PIECE):
            yield encryptor.update(view[start : start + PIECE])
        yield encryptor.finalize() + encryptor.tag

    def _header(self, flags: int) -> bytes:
        return bytes((flags,)) + self._newest.to_bytes(2)

    def key_of(self, sealed: bytes) -> int:
        """The number of the key that a sealed value, or its first bytes, names."""
        return int.from_bytes(sealed[1:HEADER_BYTES])

    def open(self, sealed: object, context: bytes) -> bytes:
        """Decrypt. Raises SealBrokenError when the value is not what was sealed for this context."""
        if not isinstance(sealed, bytes):
            raise SealBrokenError("the value is not a sealed value")
        # A view, because each slice would copy a video's bytes in memory.
        header, rest = sealed[:HEADER_BYTES], memoryview(sealed)[HEADER_BYTES:]
        cipher = self._ciphers.get(int.from_bytes(header[1:]))
        if cipher is None:
            raise SealBrokenError("the key file does not hold the key of this value")
        try:
            plain = cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], header + context)
        except (InvalidTag, ValueError) as broken:
            raise SealBrokenError("a sealed value was changed or moved") from broken
        return zlib.decompress(plain) if header[0] & COMPRESSED else plain

    def proof(self, domain: str, *parts: object) -> str:
        """What shows that a plain row was written with the keys: HMAC-SHA256 in hex.

        `domain` names the kind of row, so that a proof of one kind is none of another.
        """
        return hmac.digest(self._proof_key, binding(domain, *parts), "sha256").hex()

    def word(self, agency: str, restricted: int, word: str) -> int:
        """The hash of a word in the index of an agency's cases: 64 bits of an HMAC-SHA256, with a sign."""
        digest = hmac.digest(self._word_key, binding("word", agency, restricted, word), "sha256")
        return int.from_bytes(digest[:WORD_BYTES], signed=True)

    def file_name(self, sha256: str) -> str:
        """The name of a stored content, in hex: an HMAC of its SHA-256, which it does not reveal."""
        return hmac.digest(self._file_key, binding("file", sha256), "sha256").hex()

    def proves(self, proof: object, domain: str, *parts: object) -> bool:
        """Whether the stored proof is that of these parts, compared in constant time."""
        return isinstance(proof, str) and hmac.compare_digest(
            proof.encode("utf-8", "surrogatepass"), self.proof(domain, *parts).encode("ascii")
        )


def _derived(pepper: bytes, label: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=label).derive(pepper)


def _fingerprint(secret: bytes) -> str:
    return HKDF(SHA256(), FINGERPRINT_BYTES, salt=None, info=FINGERPRINT_LABEL).derive(secret).hex()
