"""`make system`: what comes from the operating system: bubblewrap for the sandbox, Chromium for the browser tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
BROWSERS_ON_MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
TO_TYPE = {
    "bubblewrap": "sudo apt-get install bubblewrap",
    "chromium": "sudo apt-get install chromium",
}
SECONDS = 900


def find_chromium() -> str | None:
    """The path of a Chromium-like browser, or None; the variable CHROMIUM names another one."""
    named = os.environ.get("CHROMIUM")
    found = (shutil.which(name) for name in ([named] if named else BROWSERS))
    on_macos = (path for path in BROWSERS_ON_MACOS if not named and Path(path).exists())
    return next((path for path in (*found, *on_macos) if path), None)


def find_bubblewrap() -> str | None:
    """The path of bubblewrap, or None."""
    return shutil.which("bwrap")


def missing_parts() -> list[str]:
    """The packages that are not here, by the name that apt-get knows."""
    found = {"bubblewrap": find_bubblewrap(), "chromium": find_chromium()}
    return [name for name, path in found.items() if path is None]


def line_to_type(missing: list[str]) -> str:
    """What a person types to get the missing parts, on this operating system."""
    if sys.platform == "darwin":
        return "brew install --cask chromium   (bubblewrap exists on Linux only)"
    if sys.platform == "win32":
        return "wsl --install   (then work inside WSL2; bubblewrap exists on Linux only)"
    if shutil.which("apt-get"):
        return f"sudo apt-get install {' '.join(missing)}"
    if shutil.which("dnf"):
        return f"sudo dnf install {' '.join(missing)}"
    if shutil.which("pacman"):
        return f"sudo pacman -S {' '.join(missing)}"
    return f"install {' and '.join(missing)} with this system's package manager"


def become_root() -> list[str] | None:
    """What to put before a command so that it runs as root; None where that needs a password."""
    if os.name == "nt":
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def install(missing: list[str], prefix: list[str]) -> bool:
    """Install packages with apt-get; False when that did not work."""
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    keep = ["env", "DEBIAN_FRONTEND=noninteractive"] if prefix else []
    quiet = ["-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20"]
    get = [*prefix, *keep, "apt-get", *quiet]
    for command in ([*get, "update"], [*get, "install", "--yes", "--no-install-recommends", *missing]):
        print("  " + " ".join(command), flush=True)
        try:
            result = subprocess.run(
                command,
                env=variables,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            print("  It took too long.", flush=True)
            return False
        if result.returncode and "install" in command:
            print(*(result.stderr or result.stdout).splitlines()[-3:], sep="\n", flush=True)
            return False
    return True


def main() -> int:
    """Install what is missing where that needs no password; else say what to type. Never a failure by itself."""
    missing = missing_parts()
    if not missing:
        return 0
    names = " and ".join(missing)
    if os.environ.get("SYSTEM", "").lower() in {"no", "0", "false"}:
        print(f"SYSTEM=no: {names} stay away. To get them, type: {line_to_type(missing)}")
        return 0
    prefix = become_root() if shutil.which("apt-get") else None
    if prefix is None:
        print(f"Missing: {names}. Type: {line_to_type(missing)}")
        return 0
    print(f"Installing {names} for the whole machine (SYSTEM=no turns this off) ...", flush=True)
    if not install(missing, prefix) or missing_parts():
        print(f"Still missing: {' and '.join(missing_parts())}. Type: {line_to_type(missing_parts())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
