"""Which licences ask that their own text travels along, and in which clause.

The facts were read in the licence texts (SPDX licence list). A licence that is content with a link
(CC-BY-4.0 3(a)(1)(C)), with a pointer (MPL-2.0 3.1) or with nothing (CC0-1.0) is not here.
"""

from __future__ import annotations

from collections.abc import Iterable

#: Licences that put no condition on a derivative but the notice and their own text.
PERMISSIVE = frozenset(
    {
        "Apache-1.1",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSD-3-Clause-Clear",
        "BSD-4-Clause",
        "BSL-1.0",
        "ECL-2.0",
        "ISC",
        "MIT",
        "MulanPSL-2.0",
        "NCSA",
        "OpenMDW-1.0",
        "PSF-2.0",
        "Python-2.0",
    }
)

#: The clause by licence, named as its text names it (without "-only" and "-or-later").
TEXT_CLAUSES = {
    "AGPL-3.0": "AGPL-3.0 section 4",
    "Apache-1.1": "Apache-1.1 conditions 1 and 2",
    "Apache-2.0": "Apache-2.0 section 4(a)",
    "BSD-2-Clause": "BSD-2-Clause conditions 1 and 2",
    "BSD-3-Clause": "BSD-3-Clause conditions 1 and 2",
    "BSD-3-Clause-Clear": "BSD-3-Clause-Clear conditions 1 and 2",
    "BSD-4-Clause": "BSD-4-Clause conditions 1 and 2",
    "BSL-1.0": "BSL-1.0 second paragraph",
    "CDDL-1.0": "CDDL-1.0 section 3.1",
    "ECL-2.0": "ECL-2.0 section 4, first condition",
    "EPL-1.0": "EPL-1.0 section 3(b)",
    "EPL-2.0": "EPL-2.0 section 3.2(b)",
    "EUPL-1.2": "EUPL-1.2 section 5",
    "GPL-2.0": "GPL-2.0 section 1",
    "GPL-3.0": "GPL-3.0 section 4",
    "ISC": "ISC first paragraph",
    "LGPL-2.1": "LGPL-2.1 section 1",
    "LGPL-3.0": "LGPL-3.0 with GPL-3.0 section 4",
    "MIT": "MIT second paragraph",
    "MulanPSL-2.0": "MulanPSL-2.0 section 4",
    "NCSA": "NCSA conditions 1 and 2",
    "OFL-1.1": "OFL-1.1 condition 2",
    "OpenMDW-1.0": "OpenMDW-1.0 condition on distribution",
    "PSF-2.0": "PSF-2.0 section 2",
    "Python-2.0": "Python-2.0 section 2",
}


def clauses(licences: Iterable[str]) -> str:
    """Return the clauses by which these licences ask for their text."""
    return "; ".join(TEXT_CLAUSES[licence] for licence in sorted(licences))
