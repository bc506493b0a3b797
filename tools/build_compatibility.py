"""Make ``lineage/licences/data/compatibility.json`` from OSADL's matrix with explanations.

    python tools/build_compatibility.py matrixseqexpl.json SOURCE

The matrix is https://www.osadl.org/fileadmin/checklists/matrixseqexpl.json (CC-BY-4.0); SOURCE says
where this copy of it came from. An explanation names its two licences; with these taken out, few
sentences are left, and each pair holds the number of its sentence.
"""

from __future__ import annotations

import html
import json
import re
import sys
from pathlib import Path

OUT = Path(__file__).parents[1] / "lineage" / "licences" / "data" / "compatibility.json"
_LETTERS = {"Yes": "Y", "No": "N", "Unknown": "U", "Check dependency": "C", "Same": "S"}


def main(source: Path, provenance: str) -> None:
    """Write the compact table."""
    matrix = json.loads(source.read_text(encoding="utf-8"))
    names = sorted(row["name"] for row in matrix["licenses"])
    place = {name: number for number, name in enumerate(names)}
    sentences: dict[str, int] = {}
    verdicts = [["?"] * len(names) for _ in names]
    numbers = [[0] * len(names) for _ in names]
    for row in matrix["licenses"]:
        outbound = row["name"]
        for cell in row["compatibilities"]:
            inbound = cell["name"]
            plain = " ".join(html.unescape(cell["explanation"]).split())
            said = _template(plain, outbound, inbound)
            if said.replace("{out}", outbound).replace("{in}", inbound) != plain:
                sys.exit(f"the explanation of {inbound} in {outbound} cannot be put together again")
            where = place[outbound], place[inbound]
            verdicts[where[0]][where[1]] = _LETTERS[cell["compatibility"]]
            numbers[where[0]][where[1]] = sentences.setdefault(said, len(sentences))
    table = {
        "timestamp": matrix["timestamp"],
        "source": provenance,
        "names": names,
        "verdicts": ["".join(row) for row in verdicts],
        "sentences": list(sentences),
        "explanations": numbers,
    }
    OUT.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(names)} licences, {len(sentences)} sentences, {OUT.stat().st_size:,} bytes")


def _template(said: str, outbound: str, inbound: str) -> str:
    """Return an explanation with its two licences taken out, the longer name first."""
    for name, mark in sorted(((outbound, "{out}"), (inbound, "{in}")), key=lambda p: -len(p[0])):
        said = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])(?!\.\d)", mark, said)
    return said


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
