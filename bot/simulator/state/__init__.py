"""The state of the embedded messenger: chats, members, files, flood limits, and updates that wait."""
