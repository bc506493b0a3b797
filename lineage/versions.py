"""Which tool, knowledge and detector an answer comes from."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from lineage import __version__
from lineage.licences import KNOWLEDGE_VERSION

__all__ = ["KNOWLEDGE_VERSION", "__version__", "scancode_version"]


def scancode_version() -> str | None:
    """Return the version of scancode-toolkit, without loading it; None where it is not there."""
    try:
        return version("scancode-toolkit")
    except PackageNotFoundError:
        return None
