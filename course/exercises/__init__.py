"""The exercises of the lessons, one file each: the task, the steps of its check with their hints, one solution."""
