"""The settings: read, checked, and explained when they are wrong."""
