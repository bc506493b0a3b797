"""What is a model or code repository made from, under which terms, and are those terms honoured?"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str

    from lineage.api import audit, compare
    from lineage.comparison import CompareOptions, Comparison
    from lineage.pipeline import Audit, AuditOptions

__all__ = [
    "Audit",
    "AuditOptions",
    "CompareOptions",
    "Comparison",
    "__version__",
    "audit",
    "compare",
]

#: Where the names for programs are kept; loaded when one is asked for, so that help comes at once.
_KEPT = {
    "Audit": "lineage.pipeline",
    "AuditOptions": "lineage.pipeline",
    "CompareOptions": "lineage.comparison",
    "Comparison": "lineage.comparison",
    "audit": "lineage.api",
    "compare": "lineage.api",
}


def __getattr__(name: str) -> object:
    """Return one of the names for programs."""
    if name == "__version__":
        return _version()
    if name not in _KEPT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_KEPT[name]), name)


def __dir__() -> list[str]:
    """Return the names for programs beside what is loaded."""
    return sorted({*globals(), *__all__})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - takes 40 ms

    try:
        return version("lineage-audit")
    except PackageNotFoundError:  # a checkout that nobody installed
        return "0+uninstalled"
