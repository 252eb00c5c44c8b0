"""How answers to exercises are checked."""

from course.extras import need

need("cloudpickle", to="check an answer", extra="lab")
