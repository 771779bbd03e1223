"""Everything that is sent goes through here: stored with its turn, sent after it, paced, retried (law 3)."""
