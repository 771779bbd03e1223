"""The letterhead of an agency, as a page of templates/letters/ prints it."""

from __future__ import annotations

from pathlib import Path

from conversations.complaints.agency import Agency


def letterhead(agency: Agency) -> dict[str, str]:
    """The agency's name with what is above it, its address, contacts, and the absolute path of its logo."""
    contact = agency.contact
    ways = (*contact.phones, contact.email, contact.website)
    return {
        "parent": agency.parent,
        "name": agency.full_name,
        "address": contact.address,
        "contact": " · ".join(way for way in ways if way),
        "logo": str(Path(agency.logo).absolute()) if agency.logo else "",
    }
