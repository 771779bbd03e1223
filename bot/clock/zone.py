"""The zone of the agencies' clocks."""

from zoneinfo import ZoneInfo

# Western Indonesian time (WIB).
ZONE = ZoneInfo("Asia/Jakarta")
