"""What the README promises is what the code says."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_index_holds_exactly_the_codes_that_the_code_uses():
    used = {
        code
        for room in ("optimizer", "benchmarks")
        for path in (ROOT / room).rglob("*.py")
        for code in re.findall(r'"(F\d{3})"', path.read_text(encoding="utf-8"))
    }
    listed = re.findall(r"^\| (F\d{3}) \|", README, flags=re.MULTILINE)
    assert sorted(listed) == sorted(used)


def test_files_and_pictures_that_the_readme_names_exist():
    names = re.findall(r"\]\(([^)#:]+)\)", README)
    assert names
    for name in names:
        assert (ROOT / name).exists(), name


def test_the_readme_names_every_command():
    text = (ROOT / "optimizer" / "commands.py").read_text(encoding="utf-8")
    commands = re.findall(r"@app\.command\(\)\ndef (\w+)", text)
    assert commands
    for name in commands:
        assert f"`faubourg {name}" in README, name
