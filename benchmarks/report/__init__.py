"""Shows a report: terminal, HTML, Markdown, README and pictures."""
