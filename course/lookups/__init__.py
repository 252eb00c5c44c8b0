"""lookup(): which class supplies a name."""
