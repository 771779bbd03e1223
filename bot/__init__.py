"""The shell around the conversations: every input and output of the bot."""
