"""The exit codes of `aduan`. A service manager does not restart those that only a person can end.

docs/operations.md explains them, and docs/aduan.service names those in RestartPreventExitStatus.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    # The command could not do its work; another try may succeed.
    STOPPED = 1
    # The configuration or the command line is wrong.
    WRONG = 2
    # The messenger refuses the token.
    TOKEN = 3
    # The database, its keys and this version do not belong together.
    STORE = 4
    # Ctrl-C, as shells report it.
    INTERRUPTED = 130


# A person has to act before the next start can succeed.
FINAL = (ExitCode.WRONG, ExitCode.TOKEN, ExitCode.STORE)

# The errors with a code of their own, by the name of their class; all others are STOPPED.
OF_ERRORS: Mapping[str, ExitCode] = {
    "TokenRefusedError": ExitCode.TOKEN,
    "AgencyMissingError": ExitCode.WRONG,
    "ReportRefusedError": ExitCode.WRONG,
    "NotInitialisedError": ExitCode.STORE,
    "PoolerRefusedError": ExitCode.WRONG,
    "KeysMissingError": ExitCode.STORE,
    "KeysDamagedError": ExitCode.STORE,
    "KeysForeignError": ExitCode.STORE,
    "KeysNeededError": ExitCode.STORE,
    "KeysIncompleteError": ExitCode.STORE,
    "MigrationNeededError": ExitCode.STORE,
    "SchemaNewerError": ExitCode.STORE,
    "RegisterMissingError": ExitCode.STORE,
    "ForeignBackupError": ExitCode.STORE,
    "ServerUnfitError": ExitCode.STORE,
    "MoveUnfinishedError": ExitCode.STORE,
}


def code_of(error: BaseException) -> ExitCode:
    """The exit code of an error that ends a command."""
    return OF_ERRORS.get(type(error).__name__, ExitCode.STOPPED)
