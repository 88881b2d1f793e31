"""Scenarios that cannot be, each with a conflict that was put into it on purpose."""
