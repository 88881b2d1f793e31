"""Machinery of market shares: greedy and exchanges from below, tangents of the share from above."""
