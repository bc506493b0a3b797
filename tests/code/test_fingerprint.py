"""Prints: what a change of form leaves as it is, and what no input may do."""

from __future__ import annotations

import ast
import random
import time

import pytest

from lineage.code import FileKind, FilePrint, Passed, fingerprint
from lineage.code.aliases import ALIASES
from lineage.code.languages import LANGUAGES
from tests.code.programs import FIRST, renamed

C = """
/* A list. */
#include <stdlib.h>
struct node { int value; struct node *next; };
static struct node *push(struct node *head, int value) {
    struct node *made = malloc(sizeof *made); /* never freed */
    if (!made) { return head; }
    made->value = value + 1; made->next = head; // the front
    for (int i = 0; i < value; ++i) { made->value += i * value; }
    while (made->value > 100) { made->value -= value; if (made->value == 7) break; }
    return made;
}
"""
SAMPLES = {
    "a.c": C,
    "a.cpp": C.replace("struct node *made = malloc(sizeof *made);", "auto *made = new node();"),
    "a.cu": C.replace("static", "__global__"),
    "a.java": """package x; import java.util.List;
class Cart { /* one */ int load(int[] weights, int limit) { int sum = 0; // all
  for (int w : weights) { if (sum + w <= limit) { sum += w; } else { break; } }
  while (sum > 3) { sum = sum / 2 - limit; } return sum; } }
""",
    "a.go": """package x
import "fmt"
// Load sums up.
func Load(weights []int, limit int) int { sum := 0
	for _, w := range weights { if sum+w <= limit { sum += w } else { break } }
	if sum > 3 { fmt.Println("much", sum); sum = sum/2 - limit }
	for sum > limit { sum -= limit / 3 }
	return sum }
""",
    "a.rs": """use std::fmt;
// sums up
fn load(weights: &[u32], limit: u32) -> u32 { let mut sum = 0;
  for w in weights { if sum + w <= limit { sum += w; } else { break; } }
  while sum > 3 { sum = sum / 2 + limit * 4; if sum == 9 { return limit; } } sum }
""",
    "a.js": """import x from 'y';
// sums up
function load(weights, limit) { let sum = 0;
  for (const w of weights) { if (sum + w <= limit) { sum += w; } else { break; } }
  while (sum > 3) { sum = sum / 2 - limit; if (/a"b/.test(`${sum}`)) { return limit; } }
  return sum; }
""",
    "a.ts": """import x from 'y';
// sums up
function load(weights: number[], limit: number): number { let sum = 0;
  for (const w of weights) { if (sum + w <= limit) { sum += w; } else { break; } }
  while (sum > 3) { sum = sum / 2 - limit; }
  return sum; }
""",
    "a.lua": """-- sums up
local function load(weights, limit)
  local sum = 0
  for _, w in ipairs(weights) do if sum + w <= limit then sum = sum + w else break end end
  while sum > 3 do sum = sum / 2 - limit end
  return sum
end
""",
}


def of(path: str, text: str | bytes) -> FilePrint:
    found = fingerprint(path, text.encode() if isinstance(text, str) else text)
    assert isinstance(found, FilePrint), found
    return found


def test_layout_and_comments_change_bytes_alone() -> None:
    one, other = of("a.py", FIRST), of("b.py", ast.unparse(ast.parse(FIRST)))
    assert (one.stream, one.shape) == (other.stream, other.shape)
    assert one.blob != other.blob
    assert one.named.hashes.tolist() == other.named.hashes.tolist()


def test_names_change_one_row_and_not_the_other() -> None:
    one, other = of("a.py", FIRST), of("b.py", renamed(FIRST))
    assert one.shape == other.shape
    assert one.stream != other.stream
    assert one.shaped.hashes.tolist() == other.shaped.hashes.tolist()
    shared = set(one.named.hashes.tolist()) & set(other.named.hashes.tolist())
    assert len(shared) < len(one.named) / 10


def test_a_port_keeps_the_names_that_frameworks_give_one_thing() -> None:
    torch = (
        "import torch\nfrom torch import nn\nclass Gate(nn.Module):\n    def __init__(self, size):\n"
        "        super().__init__()\n        self.up = nn.Linear(size, size, bias=False)\n"
        "    def forward(self, x):\n        y = torch.cat([self.up(x), x], dim=1)\n"
        "        return torch.softmax(y, dim=1) * y.unsqueeze(0)\n"
    )
    port = torch
    for old, new in (
        ("import torch\nfrom torch", "import mindspore\nfrom mindspore"),
        ("torch.", "mindspore."),
        ("nn.Module", "nn.Cell"),
        ("nn.Linear", "nn.Dense"),
        ("forward", "construct"),
        (".cat", ".concat"),
        ("dim", "axis"),
        ("unsqueeze", "expand_dims"),
    ):
        port = port.replace(old, new)
    assert of("a.py", torch).stream == of("b.py", port).stream


def test_no_alias_leads_to_another() -> None:
    assert not set(ALIASES.values()) & set(ALIASES) - {"Identity", "Dropout", "Sequential"}


@pytest.mark.parametrize("path", sorted(SAMPLES))
def test_every_language_drops_comments_and_imports_and_finds_functions(path: str) -> None:
    text = SAMPLES[path]
    found = of(path, text)
    spread = text.replace("{ ", "{\n      ").replace("; ", ";\n  ")
    assert found.stream == of(path, spread).stream
    assert found.tokens > 40
    assert len(found.shaped) + len(found.named) > 3
    assert found.parsed is (path != "a.lua")
    names = [one.name.rpartition(".")[2].lower() for one in found.functions]
    assert names == ([] if path == "a.lua" else ["push" if path.startswith("a.c") else "load"])


def test_kernels_are_read_as_the_cpp_that_they_are() -> None:
    kernel = (
        'extern "C" __global__ __aicore__ void add(GM_ADDR x, GM_ADDR y, int n) {\n'
        "  __shared__ float kept[64]; int i = blockIdx.x * blockDim.x + threadIdx.x;\n"
        "  if (i < n) { kept[i % 64] = x[i] + y[i]; y[i] = kept[i % 64] * 2 - x[i]; }\n}\n"
        "void run(int n) { add<<<n / 64, 64>>>(a, b, n); for (int i = 0; i < n; ++i) { a[i] += b[i]"
        " * i - n; b[i] = a[i] / 2; } if (n > 9) { run(n - 1); } }\n"
    )
    found = of("add.cu", kernel)
    assert found.parsed
    assert [one.name for one in found.functions] == ["add", "run"]


def test_a_fault_in_a_file_leaves_most_runs_as_they_were() -> None:
    whole, broken = of("a.py", FIRST), of("b.py", FIRST + "\ndef (:\n")
    assert whole.parsed
    assert not broken.parsed
    shared = set(whole.named.hashes.tolist()) & set(broken.named.hashes.tolist())
    assert len(shared) >= 0.9 * len(whole.named)


def test_lines_are_those_of_the_file() -> None:
    found = of("a.py", FIRST)
    lines = FIRST.split("\n")
    by_name = {one.name: one for one in found.functions}
    first, last = by_name["CartRouter.route"].lines
    assert lines[first - 1].strip().startswith("def route")
    assert lines[last - 1].strip() == "return None, math.inf"
    assert found.lines == FIRST.count("\n")
    assert int(found.named.first[0]) >= 9
    assert int(found.named.last[-1]) <= found.lines


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("a_pb2.py", FIRST, FileKind.GENERATED),
        (
            "a.go",
            "// Code generated by stringer. DO NOT EDIT.\n" + SAMPLES["a.go"],
            FileKind.GENERATED,
        ),
        ("lib/a.min.js", SAMPLES["a.js"], FileKind.MINIFIED),
        ("a.js", "var a=1;" * 2_000, FileKind.MINIFIED),
        ("pip/_vendor/a.py", FIRST, FileKind.VENDORED),
        ("a.py", FIRST, FileKind.AUTHORED),
        (
            "modeling_x.py",
            "# This file was automatically generated from src/x/modular_x.py.\n" + FIRST,
            FileKind.AUTHORED,
        ),
    ],
)
def test_how_a_file_came_to_be_is_said(path: str, text: str, kind: FileKind) -> None:
    found = of(path, text)
    assert found.kind is kind
    by_runs = kind in (FileKind.AUTHORED, FileKind.VENDORED)
    assert bool(len(found.named)) is by_runs


@pytest.mark.parametrize(
    ("path", "content", "kind"),
    [
        ("package-lock.json", b"{}", FileKind.LOCK),
        ("a.py", bytes(range(256)) * 40, FileKind.UNREADABLE),
        ("a.py", b"x = 1\n" * (1 << 20), FileKind.UNREADABLE),
        ("a.png", b"x", FileKind.UNREADABLE),
    ],
)
def test_what_has_no_print_says_why(path: str, content: bytes, kind: FileKind) -> None:
    found = fingerprint(path, content)
    assert isinstance(found, Passed)
    assert found.kind is kind
    assert found.reason


HOSTILE = {
    "nesting": b"x = " + b"[" * 10_000 + b"]" * 10_000,
    "calls": b"f(" * 10_000,
    "blocks": "\n".join(" " * n + "if x:" for n in range(2_000)).encode(),
    "quotes": b'"""' * 50_001,
    "escapes": b'"\\' * 100_000,
    "one line": b"a = a + b * c; " * 60_000,
    "stars": b"/*" * 100_000,
    "angles": b"a<" * 50_000,
    "ticks": b"`${" * 30_000,
    "utf-16": "x = 'ü'\n".encode("utf-16"),
    "latin-1": "# ü\nx = 1\n".encode("latin-1"),
    "nothing": b"",
    "returns": b"\r" * 100_000,
    "noise": random.Random(1).randbytes(20_000).replace(b"\0", b"x"),
    "letters": bytes(random.Random(2).choices(b"abc(){}[]<>;:'\"\\\n#/*` \t=", k=100_000)),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
@pytest.mark.parametrize("ending", ["py", "cpp", "ts", "rs", "java", "go", "sh"])
def test_hostile_input_is_bounded(what: str, ending: str) -> None:
    began = time.process_time()
    assert fingerprint(f"a.{ending}", HOSTILE[what])
    assert time.process_time() - began < 5


def test_endings_belong_to_one_language() -> None:
    endings = [ending for language in LANGUAGES for ending in language.endings]
    assert len(endings) == len(set(endings))
