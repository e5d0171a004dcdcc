"""Judges measurements: by limits, and by what earlier runs reached."""
