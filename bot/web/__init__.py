"""The web server of the bot: health and metrics for the operator's tools."""
