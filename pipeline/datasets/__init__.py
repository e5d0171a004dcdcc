"""Where images of digits come from: MNIST, and synthetic strokes where it cannot be had."""
