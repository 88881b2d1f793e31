"""The environment of the peers: `python -m benchmarks.peers.environment` makes it.

One virtual environment in the cache folder, each requirement installed by itself, so that one that
cannot be installed leaves the others in place.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from optimizer.core.folders import cache_folder

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
INSTALL_LIMIT_S = 900.0


def folder() -> Path:
    """Return where the environment of these requirements stands, or will stand."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    return cache_folder() / "peers" / f"python{sys.version_info[1]}-{digest}"


def interpreter() -> Path:
    """Return the Python of the peers."""
    inside = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
    return folder() / inside


def make() -> dict[str, str]:
    """Make the environment; return what could not be installed, and why."""
    subprocess.run([sys.executable, "-m", "venv", str(folder())], check=True)
    failed = {}
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        requirement = line.partition("#")[0].strip()
        if not requirement:
            continue
        command = [str(interpreter()), "-m", "pip", "install", "--quiet", requirement]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=INSTALL_LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired:
            failed[requirement] = f"not installed within {INSTALL_LIMIT_S:.0f} s"
            continue
        if done.returncode:
            words = done.stderr.strip().splitlines() or ["no message"]
            failed[requirement] = words[-1]
    return failed


def main() -> None:
    """Make the environment and say what is missing."""
    failed = make()
    print(f"peers are installed in {folder()}")
    for requirement, reason in failed.items():
        print(f"not installed: {requirement}: {reason}")


if __name__ == "__main__":
    main()
