"""The course's exercises as a list, for people and for programs."""

from __future__ import annotations

from typing import Any

from bookutils.authoring.course import Catalogue


def list_exercises(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return a row for each exercise: chapter, id, points, parts, mistakes, hints, optional."""
    return [
        {
            "chapter": chapter,
            "id": exercise.id,
            "points": exercise.points,
            "parts": [{"name": part.name, "points": part.points} for part in exercise.parts],
            "mistakes": [mistake.id for mistake in exercise.mistakes],
            "hints": len(exercise.hints),
            "optional": exercise.optional,
        }
        for chapter, (exercises, _) in catalogue.items()
        for exercise in exercises
    ]


def as_table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as lines of text: chapter, exercise, points."""
    lines = [("chapter", "exercise", "points")]
    lines += [(row["chapter"], row["id"], "optional" if row["optional"] else str(row["points"])) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
