"""A teacher's view: check the notebooks of a class."""
