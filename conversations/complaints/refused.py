"""Why the content of a file is refused, as the short codes that FileLost carries."""

from __future__ import annotations

from enum import StrEnum


class Refused(StrEnum):
    """The words are in the blocks `file_because` and `file_instead` of words.html."""

    # A program, an app, a script or a shortcut; or a document with one in it.
    PROGRAM = "program"
    # An Office document with macros, or with a template of another server.
    MACRO = "macro"
    # A page or a PDF that runs something, or has files in it.
    ACTIVE = "active"
    # Several files packed into one.
    ARCHIVE = "archive"
    # A file with a password.
    LOCKED = "locked"
    # Anything else that is not listed in bot/files/inspection/kinds.py.
    UNKNOWN = "unknown"
