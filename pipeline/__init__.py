"""Makes candidates: train, quantize, export, build the place."""
