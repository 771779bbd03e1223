"""The agencies' time: their zone, their business time and their working days."""
