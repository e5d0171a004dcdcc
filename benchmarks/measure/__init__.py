"""Measures a candidate in its built place: accuracy, size and simulated cost."""
