"""The bots that the benchmark compares with; they need the packages of tests/bench/requirements.txt only."""
