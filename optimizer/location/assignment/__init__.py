"""Machinery for customers that are each served whole by one site: bounds, search, proof."""
