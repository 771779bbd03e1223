"""The subject of the service: a complaint, its agency, its case and its life cycle. Imports no dialogue."""
