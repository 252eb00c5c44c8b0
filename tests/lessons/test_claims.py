"""Every row of the appendix leads to a cell whose output would be another one if the row were wrong."""

import re
from pathlib import Path

import nbformat
import pytest
from claims import EVIDENCE
from guards import is_ignored, texts

NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"
APPENDIX = NOTEBOOKS / "appendix_what_the_tutorial_said.ipynb"


def rows():
    """Number -> (lesson's file, cell's id), as the appendix links them."""
    text = "\n".join(cell.source for cell in nbformat.read(APPENDIX, as_version=4).cells)
    return {
        int(n): (file, cell) for n, file, cell in re.findall(r"^\| (\d+) \|.*\]\((\S+?)#cell-id=(\S+?)\)", text, re.M)
    }


def test_every_claim_has_its_row():
    assert list(rows()) == list(range(1, 32)) == list(EVIDENCE)


@pytest.mark.parametrize("claim", EVIDENCE)
def test_the_row_leads_to_its_evidence(claim):
    lesson, source, output = EVIDENCE[claim]
    file, wanted = rows()[claim]
    assert file.startswith(lesson)
    cell = next(cell for cell in nbformat.read(NOTEBOOKS / file, as_version=4).cells if cell.id == wanted)
    assert source in cell.source + "\n"
    assert not is_ignored(cell)
    assert output in "".join(texts(cell))
