"""A run for people to read: report.html, and the same figures for a workflow's summary."""
