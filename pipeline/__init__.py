"""Makes candidates: architecture → train → quantize → export → build the place."""
