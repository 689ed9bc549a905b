"""What a doctor writes down: is it said in words, is nothing of it taken for HTML, and does a problem count?"""

import json

from bookutils.core.findings import NOTE, OK, PROBLEM, Finding, as_data, as_lines, as_table, has_problem

FINDINGS = [
    Finding("python", OK, "3.12.4", facts={"version": "3.12.4"}),
    Finding("disk", PROBLEM, "<full>", "Empty it & try again."),
]


def test_only_a_problem_is_a_problem():
    """Is a note none?"""
    assert has_problem(FINDINGS)
    assert not has_problem([FINDINGS[0], Finding("gpu", NOTE, "none")])


def test_every_form_says_the_same():
    """Do lines, table and data hold what was seen and what to do, and is a sign read aloud as a word?"""
    lines, page = as_lines(FINDINGS, "So so."), as_table(FINDINGS, "So so.")
    assert "✗ disk    <full>" in lines
    assert "→ Empty it & try again." in lines
    assert lines.endswith("So so.")
    assert "&lt;full&gt;" in page
    assert "<full>" not in page
    assert "problem" in page
    assert "So so." in page
    assert json.loads(json.dumps(as_data(FINDINGS)))[1]["todo"] == "Empty it & try again."
