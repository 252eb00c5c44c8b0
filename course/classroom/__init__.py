"""A teacher's view: check the notebooks of a class."""

from course.extras import need

need("ipykernel", to="check notebooks", extra="classroom")
