"""python -m course check lesson.ipynb ...: the exercises of a class at a glance. lessons FOLDER: copy the lessons."""

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]  # the working folder: nothing is imported from there

from course.classroom.command import main

if __name__ == "__main__":
    sys.exit(main())
