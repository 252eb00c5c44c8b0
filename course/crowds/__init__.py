"""crowd(): many clients at once, and what each of them experienced."""
