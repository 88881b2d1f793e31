"""Preparation of the layers of instances from public data: run once, the results are kept."""
