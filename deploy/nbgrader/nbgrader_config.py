# The smallest configuration with which nbgrader grades a lesson of this course. Copy it into the folder of your class.
c = get_config()  # noqa: F821 - nbgrader defines it
c.CourseDirectory.course_id = "many-clients"
c.ClearSolutions.code_stub = {"python": "# Write your answer into this cell."}
c.ExecutePreprocessor.timeout = 120  # seconds for one cell
