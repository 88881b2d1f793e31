"""A made-up city of productive hotels: one seeded draw, as a problem and as files of a scenario."""
