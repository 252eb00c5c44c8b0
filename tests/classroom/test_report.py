"""What a teacher reads of a class."""

from course.classroom import report
from course.classroom.notebooks import Row

ROWS = [
    Row("ada", {"running total": "passed", "echo": "passed"}),
    Row("bob", {"echo": "failed: it sends back what came: it sent nothing"}, "its kernel died in cell 4"),
    Row("cy", {"echo": "passed"}),
]


def test_the_table_has_a_row_for_each_learner_and_a_column_for_each_exercise():
    assert report.as_table(ROWS).splitlines() == [
        "learner  echo    running total        passed",
        "ada      passed  passed               2 of 2",
        "bob      failed  could not be judged  0 of 2",
        "cy       passed  not found            1 of 2",
        "",
        "bob: its kernel died in cell 4",
        "bob: echo: failed: it sends back what came: it sent nothing",
    ]


def test_a_wide_table_has_signs_and_says_what_they_mean():
    names = ["reverse", "stop word", "read a line", "read a frame", "echo", "running total", "many at once"]
    rows = [Row("ada", dict.fromkeys(names, "passed")), Row("bob", {"echo": "failed: x"}, "it hangs")]
    lines = report.as_table(rows).splitlines()
    assert lines[:3] == [
        "learner  1.1  1.2  2.1  2.2  3.1  3.2  4.1  passed",
        "ada      +    +    +    +    +    +    +    7 of 7",
        "bob      ?    ?    ?    ?    x    ?    ?    0 of 7",
    ]
    assert "+ passed, x failed, - not found, ? could not be judged" in lines
    assert "3.1  echo" in lines


def test_a_class_without_any_exercise():
    assert report.as_table([Row("ada")]).splitlines() == ["learner  passed", "ada      0 of 0"]
    assert report.all_judged([Row("ada")])
    assert not report.all_judged([Row("ada", {}, "the file cannot be read")])


def test_words_of_learners_control_no_terminal():
    row = Row("a\x1b[2Jb\u202e\n", {"echo": "failed: \x1b]0;title\x07" + 1000 * "x"}, "\r\x9b31m")
    table = report.as_table([row])
    assert table.replace("\n", "").isprintable()
    assert "a\\x1b[2Jb\\u202e\\n" in table
    assert max(map(len, table.splitlines())) < 300
    assert report.as_csv([row]).replace("\n", "").isprintable()


def test_words_of_learners_are_no_formulas_in_a_spreadsheet():
    row = Row("=HYPERLINK(1)", {"echo": "@failed"}, "+1")
    assert report.as_csv([row]).splitlines()[1] == "'=HYPERLINK(1),'@failed,'+1"


def test_all_judged():
    assert report.all_judged([ROWS[0], ROWS[2]])
    assert not report.all_judged(ROWS)
    assert not report.all_judged([Row("a", {"echo": "could not be judged: its judge ended"})])
