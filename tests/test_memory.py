"""What passwords' hashes take for a moment is not kept."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

PROGRAM = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from argon2 import PasswordHasher
from movierec.memory import give_back
{}

def private_mib():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private")) / 1024

together = Barrier(3)

def hash_two():
    together.wait()
    for _ in range(2):
        PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash("a long walk home")

before = private_mib()
with ThreadPoolExecutor(3) as threads:
    for job in [threads.submit(hash_two) for _ in range(3)]:
        job.result()
    print(private_mib() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries give back by themselves, or not")
def test_large_blocks_are_given_back() -> None:
    """By three threads at once; without it, each keeps its own."""
    grown = {}
    for call in ("", "give_back()", "give_back(one_arena=True)"):
        program = [sys.executable, "-c", PROGRAM.format(call)]
        result = subprocess.run(program, capture_output=True, text=True, timeout=60)
        assert result.returncode == 0, result.stderr
        grown[call] = float(result.stdout)
    assert grown[""] > 15
    assert grown["give_back()"] < 5
    assert grown["give_back(one_arena=True)"] < 5
