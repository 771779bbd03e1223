"""Every word that a person reads: one folder a language, one file a dialogue, one block a message."""
