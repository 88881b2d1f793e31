"""Faubourg: decides where micro-hubs, productive hotels and delivery points go in a real city."""

__version__ = "0.1.0"
