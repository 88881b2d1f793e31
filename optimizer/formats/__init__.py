"""Instances of the literature: their file formats -> core types."""
