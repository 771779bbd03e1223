"""Citizens follow a complaint up: status, additions, verdict, objection."""
