"""Ways to hide where a Python file comes from, made by script from real files."""

from __future__ import annotations

import ast
import builtins
import io
import keyword
import random
import re
import tokenize
from collections import Counter

_KEPT = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | {"self", "cls", "super"}


def reformatted(text: str, _chance: random.Random) -> str:
    """As another formatter would print it: layout, quotes, brackets; comments go with it."""
    return ast.unparse(ast.parse(text))


def without_comments(text: str, _chance: random.Random) -> str:
    """Comments and docstrings cut, the layout kept."""
    tree = ast.parse(text)
    docs = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and len(body) > 1:
                docs.update(range(value.lineno, (value.end_lineno or value.lineno) + 1))
    kept = [line for n, line in enumerate(text.split("\n"), 1) if n not in docs]
    made, row, column = [], 1, 0
    for token in tokenize.generate_tokens(io.StringIO("\n".join(kept)).readline):
        (first, start), (last, stop) = token.start, token.end
        made.append("\n" * (first - row) + " " * (start - (column if first == row else 0)))
        if token.type != tokenize.COMMENT:
            made.append(token.string)
        row, column = last, stop
    return "".join(made)


def other_prefix(text: str, chance: random.Random) -> str:
    """The prefix that most classes share renamed everywhere, as people do who copy a model."""
    names = [n.name for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ClassDef)]
    parts = Counter(m[0] for name in names if (m := re.match(r"[A-Z][a-z0-9]+", name)))
    if not parts:
        return text
    old = parts.most_common(1)[0][0]
    new = "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(3))
    return (
        text.replace(old, new.title()).replace(old.lower(), new).replace(old.upper(), new.upper())
    )


def renamed(text: str, chance: random.Random) -> str:
    """Every name that the file itself gives renamed: classes, functions, arguments, attributes."""
    own = _own_names(ast.parse(text))
    names = [f"n{number}" for number in range(len(own))]
    chance.shuffle(names)
    new = dict(zip(sorted(own), names, strict=True))
    made, lines = [], text.split("\n")
    row, column = 1, 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        (first, start), (last, stop) = token.start, token.end
        if first > row:
            made.append(
                lines[row - 1][column:] + "\n" + "".join(x + "\n" for x in lines[row : first - 1])
            )
            column = 0
        made.append(lines[first - 1][column:start] if first <= len(lines) else "")
        is_name = token.type == tokenize.NAME
        made.append(new.get(token.string, token.string) if is_name else token.string)
        row, column = last, stop
    return "".join(made)


def disguised(text: str, chance: random.Random) -> str:
    """Renamed, reformatted, functions and members shuffled, a junk statement after every fourth."""
    tree = ast.parse(renamed(reformatted(text, chance), chance))
    _shuffle(tree, chance)
    _fill(tree, chance, every=4)
    return ast.unparse(ast.fix_missing_locations(tree))


def pasted(text: str, host: str, chance: random.Random, share: float = 0.3) -> str | None:
    """A share of the functions of a file between those of an unrelated one."""
    lines = text.split("\n")
    functions = [
        n
        for n in ast.walk(ast.parse(text))
        if isinstance(n, ast.FunctionDef) and (n.end_lineno or 0) - n.lineno >= 5
    ]
    if len(functions) < 4:
        return None
    chosen = chance.sample(functions, max(2, round(share * len(functions))))
    pieces = []
    for node in chosen:
        part = lines[node.lineno - 1 : node.end_lineno]
        pieces.append("\n".join(line[node.col_offset :] for line in part))
    tree = ast.parse(host)
    ends = [0, *(n.end_lineno or 0 for n in tree.body)]
    kept = host.split("\n")
    for piece in pieces:
        at = chance.choice(ends)
        kept[at] = f"{piece}\n{kept[at]}" if at < len(kept) else piece
    made = "\n".join(kept)
    try:
        ast.parse(made)
    except SyntaxError:
        made = host + "\n\n" + "\n\n".join(pieces) + "\n"
    return made


def _own_names(tree: ast.AST) -> set[str]:
    own: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own.add(node.name)
        elif isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            own.add(node.attr)
    return {name for name in own if name not in _KEPT and not name.startswith("__")}


def _shuffle(tree: ast.Module, chance: random.Random) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            movable = [
                n
                for n, one in enumerate(node.body)
                if isinstance(one, ast.FunctionDef | ast.ClassDef)
            ]
            moved = [node.body[n] for n in movable]
            chance.shuffle(moved)
            for place, one in zip(movable, moved, strict=True):
                node.body[place] = one


def _fill(tree: ast.AST, chance: random.Random, every: int) -> None:
    count = 0
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if not isinstance(body, list) or isinstance(node, ast.Module | ast.ClassDef):
                continue
            made = []
            for statement in body:
                made.append(statement)
                count += 1
                if count % every == 0 and not isinstance(statement, ast.Return | ast.Raise):
                    made.append(ast.parse(_junk(chance)).body[0])
            setattr(node, name, made)


def _junk(chance: random.Random) -> str:
    a, b, c = (f"z{chance.randrange(90)}" for _ in range(3))
    return chance.choice(
        [
            f"{a} = {chance.randrange(99)}",
            f"{a} = [{chance.randrange(9)}, {chance.randrange(9)}]",
            f"{a} = '{b}'.upper()",
            f"{a} = len('{b}') + {chance.randrange(9)}",
            f"if not '{c}': {a} = None",
        ]
    )


MUTATIONS = {
    "reformatted": reformatted,
    "comments and docstrings cut": without_comments,
    "class prefix renamed": other_prefix,
    "all own identifiers renamed": renamed,
    "renamed, reformatted, shuffled, junk every 4": disguised,
}
