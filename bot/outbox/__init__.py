"""All outgoing messages: stored by their turn, sent after it, paced and retried (invariant 3)."""
