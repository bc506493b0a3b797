"""How long ``lineage hook`` keeps a commit waiting: ten changed files, nothing kept from before.

Run with ``python benchmarks/bench_hook.py [REPEATS]``. The commit changes seven source files with
headers, the card, a notice and adds a file of weights. ``lineage --help`` is measured beside it,
since a busy machine slows both down alike.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_start import LINEAGE, MIT, Run, machine, run

LIMIT = 1.0
#: Peak memory above which scancode was loaded somewhere.
MEMORY_LIMIT = 400
HEAD = """# Copyright 2024 The Example team. All rights reserved.
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS,
# WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
# See the License for the specific language governing permissions and
# limitations under the License.

"""
CODE = "".join(f"def f{n}(x):\n    return x * {n} + 1\n\n\n" for n in range(200))
CARD = "---\nlicense: mit\nbase_model: Qwen/Qwen2.5-7B\n---\n# Example\n"


def git(place: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *arguments],
        cwd=place,
        check=True,
        capture_output=True,
    )


def write_repository(place: Path) -> None:
    """Write a repository with ten changes that are staged."""
    git(place, "init", "--quiet")
    names = [f"src/part_{n}.py" for n in range(7)]
    (place / "src").mkdir()
    for name in names:
        (place / name).write_text(HEAD + CODE)
    (place / "LICENSE").write_text(MIT)
    (place / "NOTICE").write_text("Example\nCopyright 2024 The Example team\n")
    (place / "README.md").write_text(CARD)
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--message=first")
    for number, name in enumerate(names):
        (place / name).write_text((HEAD if number else "") + CODE + "x = 1\n")
    (place / "NOTICE").write_text("Example\nCopyright 2024 The Example team\nand others\n")
    (place / "README.md").write_text(CARD + "More words.\n")
    (place / "model.safetensors").write_bytes(bytes(5 << 20))
    git(place, "add", "--all")


def shown(what: str, runs: list[Run], limit: str) -> float:
    times = sorted(one.seconds for one in runs)
    median, cpu = statistics.median(times), statistics.median(one.cpu for one in runs)
    peak = max(one.megabytes for one in runs)
    spread = f"{median:.2f} ({times[0]:.2f} to {times[-1]:.2f})"
    print(f"| {what} | {spread} | {limit} | {cpu:.2f} | {peak:.0f} |")
    return median


def main() -> int:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    # A user's Python keeps what it compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        place = folder / "repository"
        place.mkdir()
        write_repository(place)
        os.chdir(place)
        runs: dict[str, list[Run]] = {"--help": [], "hook": []}
        for number in range(repeats + 1):
            for command, done in runs.items():
                cache = folder / f"cache-{number}"
                one = run(command, cache=cache)
                assert one.code == (1 if command == "hook" else 0), one
                done.append(one)
        os.chdir("/")
    assert "HOOK-001" in runs["hook"][0].output
    assert "10 changed files" in runs["hook"][0].output
    print(f"Machine: {machine()}. Median of {repeats} runs (fastest to slowest); {LINEAGE.name}.\n")
    print("| what | seconds | limit | CPU s | peak MB |")
    print("|---|---|---|---|---|")
    shown("`lineage --help`", runs["--help"][1:], "0.3")
    median = shown("`lineage hook`, ten changed files", runs["hook"][1:], str(LIMIT))
    peak = max(one.megabytes for one in runs["hook"])
    return 0 if median < LIMIT and peak < MEMORY_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
