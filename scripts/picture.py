"""`make picture`: the picture in README.md, from what the browser tests saw last."""

from __future__ import annotations

import sys

from PIL import Image

from scripts import environment

SEEN = environment.ROOT / "test-results" / "browser"
TARGET = environment.ROOT / "docs" / "images" / "course.png"
PARTS = (("slider.png", (300, 335, 1235, 862)), ("check-light.png", (300, 415, 1235, 765)))  # left, top, right, bottom


def main() -> int:
    """Put the widget above the message, and keep the file small."""
    if not all((SEEN / name).exists() for name, _ in PARTS):
        print("Type: make browser   (The picture is made from its screenshots.)", file=sys.stderr)
        return 2
    parts = [Image.open(SEEN / name).convert("RGB").crop(box) for name, box in PARTS]
    picture = Image.new("RGB", (parts[0].width, sum(part.height for part in parts)), "white")
    top = 0
    for part in parts:
        picture.paste(part, (0, top))
        top += part.height
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(128).save(TARGET, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
