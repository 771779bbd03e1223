"""The credentials that systemd passes as files (LoadCredential), each named as a setting of the environment.

Other names in the folder are files that a setting points to, such as the key file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.config.environment import names

FOLDER = "CREDENTIALS_DIRECTORY"


def credentials(model: type[BaseModel], environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The settings that are credentials, as nested values. Raises OSError and UnicodeDecodeError."""
    folder = environment.get(FOLDER, "")
    found: dict[str, Any] = {}
    for name, (section, *key) in names(model).items() if folder else ():
        file = Path(folder, name)
        if file.is_file():
            value = file.read_text(encoding="utf-8").strip()
            found[section] = {**found.get(section, {}), key[0]: value} if key else value
    return found
