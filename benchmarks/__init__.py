"""What site/figures.md says: each beside what a reader would use instead, in one run, as a ratio."""
