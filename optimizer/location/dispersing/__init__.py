"""Machinery of p-dispersion: exchanges of sites, cliques of sites that are too near, packing."""
