"""Whether two written names can be of the same person."""

from __future__ import annotations

import re
import unicodedata

_SHORTEST_TELLING = 3

_TITLES_TEXT = """
bapak bp bpk pak ibu bu sdr sdri saudara saudari mas mbak kang cak gus ning mr mrs ms
h hj haji hajjah kh kyai ust ustad ustadz ustadzah dr drs dra ir prof
"""
_DEGREES_TEXT = """
ap amd amdkep akp apt ba bsc dea drg drh lc llm ma mm mh mba mpd mpdi msi msc msos mkes mkom mt map mtr
ners ns phd sag sap se sei sh shi si sik sip skep skm skom sos sp spd spdi spi spt ssi ssos sst sstp st stp
"""
# Words with which people say who somebody is at the agency.
_ROLES_TEXT = """
kepala wakil sekretaris bendahara ketua anggota pimpinan atasan kabid kasi kasubag kasubbag kadis sekdis
camat lurah kades petugas pegawai staf staff operator admin pelayan pelayanan pengaduan loket bagian seksi
bidang subbagian dinas badan kantor desa kecamatan kelurahan honorer pns asn pppk selaku sebagai yang dari di
pada bernama namanya officer head chief clerk desk office section division counter the of at in
"""
_TITLES = frozenset(_TITLES_TEXT.split())
_ROLES = frozenset(_ROLES_TEXT.split())
# What separates a name from a role, or from another name.
_SEPARATOR = re.compile(r"[,;:/()\n]|\s[-–]\s|\b(?:dan|dengan|atau|and|or)\b", re.IGNORECASE)
_DEGREES = frozenset(_DEGREES_TEXT.split())
# "S. Sos" is a degree in two words.
_SPLIT_DEGREE = re.compile(r"\b([sm])\.\s+(?=(?:ag|ap|e|h|hut|i|ip|kes|kep|kom|pd|si|sos|t|tp)\b)")
_TOKEN = re.compile(r"[^\W\d_]+(?:[.'’][^\W\d_]+)*")


def names_fit(first: str, second: str) -> bool:
    """Whether all words of the shorter name occur in the other; titles, degrees and roles do not count.

    One word of three letters or more is needed: initials fit no name. Of "Budi, kepala seksi" each part may
    be the name.
    """
    return any(_fit(one, other) for one in _forms(first) for other in _forms(second))


def _fit(first: frozenset[str], second: frozenset[str]) -> bool:
    shorter, longer = sorted((first, second), key=len)
    return shorter <= longer and any(len(word) >= _SHORTEST_TELLING for word in shorter)


def _forms(name: str) -> frozenset[frozenset[str]]:
    """The words of the whole name, and those of each part without roles."""
    parts = (_words(part) - _ROLES for part in _SEPARATOR.split(name))
    return frozenset({_words(name), _words(name) - _ROLES, *parts})


def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKC", name).casefold()
    tokens = _TOKEN.findall(_SPLIT_DEGREE.sub(r"\1.", plain))
    return frozenset(word for token in tokens for word in _words_of(token))


def _words_of(token: str) -> list[str]:
    joined = re.sub(r"[.'’]", "", token)
    if joined in _TITLES | _DEGREES:
        return []
    words = re.sub(r"['’]", "", token).split(".")
    return [word for word in words if word not in _TITLES]
