"""Vocabulary of the engine: immutable data that every room understands.

Nothing in here decides, reads geography or imports more than numpy and the standard library.
"""
