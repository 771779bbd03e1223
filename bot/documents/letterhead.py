"""The letterhead of an agency, as a page of templates/letters/ prints it."""

from __future__ import annotations

from conversations.complaints.agency import Agency


def letterhead(agency: Agency) -> dict[str, str]:
    """The agency's name, address and contacts."""
    contact = agency.contact
    ways = (*contact.phones, contact.email, contact.website)
    return {
        "parent": "",
        "name": agency.full_name,
        "address": contact.address,
        "contact": " · ".join(way for way in ways if way),
        "logo": "",
    }
