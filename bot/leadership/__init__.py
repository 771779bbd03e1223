"""One process works, the others stand by: who leads, what the others do, and how long a leader may act.

A database that is a file has one process only: the second one is refused.
"""
