"""The commands by subject; bot/cli.py lists them."""
