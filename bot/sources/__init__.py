"""Where events come from: the messenger, the clock, and updates that waited for a membership check."""
