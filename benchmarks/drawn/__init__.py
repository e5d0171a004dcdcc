"""What networks read of digits that people drew, asked of the built place."""
