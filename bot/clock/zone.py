"""The zone of the agencies' clocks."""

from conversations.complaints import deadlines

ZONE = deadlines.ZONE
