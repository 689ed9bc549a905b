"""Which floor of `bookutils` may import which: what is needed, and no more. Everything may import `core`."""

from __future__ import annotations

FLOORS: dict[str, tuple[str, ...]] = {
    "core": (),
    "numerics": (),
    "data": (),
    "text": ("numerics", "data"),
    "models": ("numerics", "data", "text"),
    "devices": ("numerics", "models"),
    "plots": ("numerics", "text"),
    "widgets": ("numerics", "text", "models", "plots"),
    "judging": (),
    "probes": ("numerics",),
    "exercises": ("numerics", "text", "judging", "probes"),
    "feedback": ("judging", "exercises"),
    "grading": ("devices", "judging", "exercises"),
    "authoring": ("judging", "exercises"),
    "cli": ("models", "devices", "grading", "authoring"),
    "__main__": ("cli",),
}


def diagram() -> str:
    """Return the table as a Mermaid flowchart: an arrow from each floor to what it imports, `core` left out."""
    arrows = [f"    {floor} --> {other}" for floor, others in FLOORS.items() for other in others]
    return "\n".join(["flowchart BT", *arrows])
