"""What the ending of a name says: which files run when they are opened, and which contain others."""

from __future__ import annotations

from conversations.complaints.refused import Refused

# The bytes of a file.
Data = bytes | bytearray

_RUN = """
apk apks apkm xapk aab ipa exe dll sys ocx cpl scr pif com bat cmd msi msp msix appx jar class dex so dylib
app dmg pkg deb rpm js jse mjs vbs vbe wsf wsh hta lnk url reg inf ps1 psm1 sh bash py pyc pl rb php desktop
chm gadget application jnlp scf sct xll xlam docm dotm xlsm xltm pptm potm ppam
"""
_ARCHIVES = "zip rar 7z gz tgz bz2 xz tar cab arj lzh ace iso img vhd vhdx z zst lz"
# Endings of files that a phone or a computer runs when they are opened.
RUN = frozenset(_RUN.split())
# Endings of files that contain other files.
ARCHIVES = frozenset(_ARCHIVES.split())
# Endings of pages, which run scripts in a browser.
PAGES = frozenset(["htm", "html", "mht", "mhtml", "svg", "xhtml", "xml", "xsl"])
# The ending that the channel puts behind a name that would be run.
_HARMLESS = ".bin"


def ending_of(name: str) -> str:
    """The ending of a name; of "undangan.apk.bin", which the channel has made harmless, the first one."""
    shown = name.casefold().strip(" .").removesuffix(_HARMLESS)
    _, dot, ending = shown.rpartition(".")
    return ending if dot else ""


def by_ending(name: str) -> Refused | None:
    """The refusal that the ending of a name alone causes."""
    ending = ending_of(name)
    if ending in RUN:
        return Refused.PROGRAM
    if ending in PAGES:
        return Refused.ACTIVE
    return Refused.ARCHIVE if ending in ARCHIVES else None
