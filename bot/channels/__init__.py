"""Messengers, one folder or group of files each. A channel knows no complaint."""
