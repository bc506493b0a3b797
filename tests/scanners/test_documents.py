from __future__ import annotations

import pytest

from lineage.model import Document
from lineage.scanners import documents as scanner
from tests.doubles.memory import file_of


@pytest.mark.parametrize(
    "path", ["README.md", "readme", "README_zh.md", "MODEL_CARD.md", "about.html"]
)
def test_what_users_read_at_the_root(path: str) -> None:
    (found,) = scanner.scan(file_of(path, b"# A\n\nBuilt with Llama\n"))
    assert isinstance(found, Document)
    assert found.text.endswith("Built with Llama\n")
    assert found.exhibit.path == path


@pytest.mark.parametrize("path", ["docs/README.md", "readme.py", "about.png"])
def test_what_is_none(path: str) -> None:
    assert list(scanner.scan(file_of(path, b"Built with Llama"))) == []


def test_a_book_is_kept_to_its_first_pages() -> None:
    (found,) = scanner.scan(file_of("README.md", b"x" * (1 << 20)))
    assert isinstance(found, Document)
    assert len(found.text) == 256 << 10
