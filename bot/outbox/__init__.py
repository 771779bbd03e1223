"""All outgoing messages: stored with their turn, sent after it, paced, retried (invariant 3)."""
