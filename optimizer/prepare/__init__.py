"""The join of the world's rooms: a scenario becomes a numbered problem."""
