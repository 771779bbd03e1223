"""Where the rows are: a file of SQLite or a database of PostgreSQL. What differs between the two is here.

`store.py` says what both give, `choice.py` makes the one that the configuration names, and `expressions.py`
holds the few expressions that the two write differently.
"""
