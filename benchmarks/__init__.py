"""What the README says in figures: each beside what a reader would use instead, in one run, as a ratio."""
