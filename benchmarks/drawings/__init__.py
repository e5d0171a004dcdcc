"""What people drew, for measuring only: training cannot import it."""
