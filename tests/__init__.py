"""The tests: unit, integration and acceptance. None leaves this machine."""
