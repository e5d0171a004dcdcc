"""What earlier runs measured, and what a new one is held against."""
