"""What C code prints inside `quiet` vanishes; Python's own printing goes on."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import ctypes, sys
from optimizer.solvers.quiet import quiet

def puts(words):
    program = ctypes.CDLL(None)
    program.puts(words)
    program.fflush(None)

puts(b"before")
with quiet():
    puts(b"noise")
    sys.stdout.write("python\\n")
    sys.stdout.flush()
    with quiet():
        puts(b"more noise")
    puts(b"still noise")
puts(b"after")
"""


def test_only_python_is_heard_inside():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["before", "python", "after"]
