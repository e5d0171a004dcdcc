"""What being corrected by one writer brings, measured in Luau from the built place."""
