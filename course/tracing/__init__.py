"""trace(): who calls whom, in which thread."""
