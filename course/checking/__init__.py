"""How answers to exercises are checked."""
