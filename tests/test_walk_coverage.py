from __future__ import annotations

from lineage.scanners import model_card, weight_files
from lineage.walk import read
from tests.doubles.memory import Content, Pointer, snapshot_of


def test_a_file_counts_as_read_only_where_a_scanner_looked_at_it() -> None:
    contents: dict[str, Content] = {
        "README.md": "# T\n",
        "docs/README.md": "# T\n",
        "model.onnx": b"x",
        "model.safetensors": Pointer("ab" * 32, 5),
        "broken.gguf": b"x",
        "photo.png": b"x",
    }
    coverage = read(snapshot_of(contents), [model_card, weight_files]).coverage
    assert coverage.files_total == 6
    assert coverage.files_read == 3
    assert [unread.path for unread in coverage.unread] == ["broken.gguf"]
    assert coverage.not_examined == (("md", 1), ("png", 1))
