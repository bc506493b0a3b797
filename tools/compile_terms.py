"""Compiles the terms files into the JSON that the package reads at run time.

    python tools/compile_terms.py

Checks every file of ``lineage/licences/terms/`` and that no two claim one name, and writes
``lineage/licences/data/terms.json``: the files' content, quicker to read than YAML. A broken file
stops it with file, line and what is expected.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lineage.licences.field import TermsError
from lineage.licences.knowledge import digest_of, names_of, terms_files
from lineage.licences.termfile import licence_of_text, plain_of_text

if TYPE_CHECKING:
    from lineage.licences.duties import Licence
    from lineage.licences.field import Plain

LICENCES = Path(__file__).resolve().parents[1] / "lineage" / "licences"
TERMS = LICENCES / "terms"
COMPILED = LICENCES / "data" / "terms.json"


def main() -> int:
    """Write the JSON and say what went into it; 1 where a terms file is broken."""
    try:
        compiled = compile_folder(TERMS)
    except TermsError as error:
        print(error, file=sys.stderr)
        return 1
    COMPILED.write_text(compiled, encoding="utf-8")
    licences = json.loads(compiled)["licences"].values()
    duties = sum(len(licence.get("obligations", ())) for licence in licences)
    print(f"{len(licences)} licences, {duties} duties, {len(compiled):,} characters")
    return 0


def compile_folder(folder: Path) -> str:
    """Return the terms files of a folder as JSON, the same for the same files."""
    paths = terms_files(folder)
    plain: dict[str, Plain] = {}
    licences: list[Licence] = []
    for path in paths:
        content = plain_of_text(path.read_text(encoding="utf-8"), str(path))
        licence = licence_of_text(path.read_text(encoding="utf-8"), str(path))
        if path.stem != licence.id:
            raise TermsError(str(path), None, f"expected the name {licence.id}.yaml")
        licences.append(licence)
        plain[licence.id] = content
    names = dataclasses.asdict(names_of(licences))
    whole = {"digest": digest_of(paths), "names": names, "licences": plain}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    sys.exit(main())
