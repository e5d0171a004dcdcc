"""Judges candidates by what is read out of the built place: size, simulated cost, accuracy."""
