"""Which policy an audit goes by: the one that is named, else the one where the user stands.

A policy decides what is passed over, so none is ever taken from what is audited: the file in the
current directory counts, and not where that directory lies *inside* the target, which is somebody
else's word there. Whoever audits the very directory they stand in (``lineage audit .``) has chosen
its policy with it; the reports name the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lineage.licences.field import TermsError
from lineage.model import Severity
from lineage.policy.file import NEVER, TABLE, read_policy, root
from lineage.policy.gating import DEFAULT_FAIL_ON
from lineage.policy.terms import Policy, PolicyError

FILE = "lineage.yaml"
#: Names under which the file is sometimes written, and not read.
_MISNAMED = ("lineage.yml", ".lineage.yaml", ".lineage.yml")
_PYPROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The policy an audit goes by."""

    policy: Policy | None
    #: What the user should hear of the choice; "" where there is nothing to say.
    remark: str = ""


def chosen(target: str, named: Path | None = None, here: Path | None = None) -> Chosen:
    """Return the policy for an audit of the target.

    Args:
        target: what is audited, as the user typed it.
        named: the policy that the user named; it is taken wherever it stands.
        here: the directory to look in; the current one by default.

    Raises:
        PolicyError: a policy is broken, or two claim to be the one.
    """
    if named is not None:
        return Chosen(read_policy(named))
    folder = here or Path()
    files = _files(folder)
    if not files:
        return Chosen(None)
    if len(files) > 1:
        raise PolicyError(
            f"{files[0]} and [{'.'.join(TABLE)}] in {files[1]} both state a policy; keep one of "
            "them, or name one with --policy"
        )
    if _is_inside(folder, target):
        return Chosen(
            None, f"{files[0]} lies inside the target and is not followed; --policy would name it"
        )
    return Chosen(read_policy(files[0]))


def threshold(asked: str | None, policy: Policy | None) -> Severity | None:
    """Return from which severity on a release is stopped; None where nothing stops it.

    What the command line asks for comes first, then the policy.
    """
    if asked is not None:
        return None if asked == NEVER else Severity(asked)
    if policy is None or not (policy.fail_on or policy.fails_never):
        return DEFAULT_FAIL_ON
    return policy.fail_on


def _files(folder: Path) -> list[Path]:
    """Return the files of a folder that state a policy."""
    for name in _MISNAMED:
        if (folder / name).exists():
            raise PolicyError(f"{folder / name} is not read; name it {FILE}")
    found = [folder / FILE] if (folder / FILE).exists() else []
    return found + ([folder / _PYPROJECT] if _speaks(folder / _PYPROJECT) else [])


def _speaks(pyproject: Path) -> bool:
    """Say whether a pyproject.toml holds a table of ours; what is broken in it is others' affair.

    Unless it names us: then it cannot be passed over.
    """
    if not pyproject.is_file():
        return False
    try:
        return root(pyproject) is not None
    except PolicyError:
        return False
    except TermsError:
        return f"[{'.'.join(TABLE)}" in pyproject.read_text("utf-8", "replace")


def _is_inside(folder: Path, target: str) -> bool:
    """Say whether a folder lies beneath a target on disk; standing in the target is not inside."""
    try:
        top = Path(target.removeprefix("file://")).resolve(strict=True)
        return top in folder.resolve().parents
    except (OSError, ValueError, RuntimeError):
        return False
