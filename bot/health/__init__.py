"""Is the bot at work? What waits and for how long, what is wrong in words, and the operator's alerts."""
