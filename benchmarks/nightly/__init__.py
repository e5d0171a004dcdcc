"""What the scheduled benchmarks do around measuring."""
