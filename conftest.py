"""For all tests, the lessons' cells included."""

import os

os.environ["COURSE_PROGRESS"] = "off"  # which hints a check gives must not depend on the runs before
os.environ.setdefault("TQDM_DISABLE", "1")  # a progress bar would be an output that is there on slow days only
