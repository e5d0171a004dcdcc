"""Accuracy over bytes, over cost and over a drawing's size, drawn with equal bytes each time."""
