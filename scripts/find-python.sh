#!/bin/sh
# Prints a Python that the course runs on: PYTHON when it is set, else the first of 3.12, 3.13 and 3.11 that works.
# A name on the PATH may be a stub that only prints an error, so each candidate is asked for its version; with -I, so that
# PYTHONHOME and PYTHONPATH of another Python do not make it fail.
set -u
works() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -I -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}
if [ -n "${PYTHON:-}" ]; then
    works "$PYTHON" && { echo "$PYTHON"; exit 0; }
    echo "Type: make ${1:-lab} PYTHON=python3.12   ($PYTHON is not a working Python 3.11, 3.12 or 3.13.)" >&2
    exit 2
fi
for candidate in python3.12 python3.13 python3.11 python3 python; do
    works "$candidate" && { echo "$candidate"; exit 0; }
done
line="conda env create --file environment.yml"
if [ "$(uname -s 2>/dev/null)" = Darwin ]; then
    line="brew install python@3.12"
elif command -v apt-cache >/dev/null 2>&1; then
    for version in 3.12 3.13 3.11; do # the first one that this distribution has
        apt-cache show "python$version" >/dev/null 2>&1 || continue
        line="sudo apt-get install python$version python$version-venv"
        break
    done
fi
echo "Type: $line   (The course needs Python 3.11, 3.12 or 3.13; none of them works here.)" >&2
echo "If one is installed elsewhere, name it: make ${1:-lab} PYTHON=/path/to/python3.12" >&2
exit 2
