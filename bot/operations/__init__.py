"""What the operator runs on the command line next to the bot: check, init, migrate, verify."""
