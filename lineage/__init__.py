"""What is a model or code repository made from, under which terms, and are those terms honoured?"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["__version__"]

try:
    __version__ = version("lineage-audit")
except PackageNotFoundError:  # a checkout that nobody installed
    __version__ = "0+uninstalled"
