"""Datasets of digits: MNIST, or synthetic drawings where it is unavailable."""
