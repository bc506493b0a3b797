"""Source files looked up: upstream, release, lines, both shares, and what must not match."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lineage.code import (
    About,
    Basis,
    CodeCatalogue,
    CodeMatches,
    Direction,
    FilePrint,
    Release,
    Witness,
    Work,
    fingerprint,
    look_up,
    lookup,
)
from lineage.code.gathering import Harvest
from lineage.model import Relation
from tests.code.programs import FIRST, HEAD, OTHER, SECOND, THIRD, disguised, renamed
from tests.doubles.memory import snapshot_of

RELEASES = (
    ("1.0", "2021-01-01", FIRST),
    ("2.0", "2022-01-01", SECOND),
    ("3.0", "2023-01-01", THIRD),
)


def gathered(
    folder: Path, name: str, releases: Sequence[tuple[str, str | None, Mapping[str, str]]]
) -> None:
    harvest = Harvest(Work(name, f"pkg:pypi/{name}", f"https://pypi.org/project/{name}/"), jobs=1)
    for version, date, files in releases:
        harvest.add(snapshot_of(dict(files)), Release(version, date, "Apache-2.0"))
    harvest.write(folder)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> CodeCatalogue:
    folder = tmp_path_factory.mktemp("code")
    gathered(folder, "acorn", [(v, d, {"src/acorn/routes.py": text}) for v, d, text in RELEASES])
    return CodeCatalogue([folder])


def of(path: str, text: str) -> FilePrint:
    found = fingerprint(path, text.encode())
    assert isinstance(found, FilePrint)
    return found


def found(catalogue: CodeCatalogue, text: str, about: About | None = None) -> CodeMatches:
    return look_up([of("mine/x.py", text)], catalogue, about)


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release[0])
@pytest.mark.parametrize(
    ("change", "basis", "relation"),
    [
        (str, Basis.BYTES, Relation.CODE_COPIED),
        (lambda text: text.removeprefix(HEAD), Basis.TOKENS, Relation.CODE_COPIED),
        (lambda text: ast.unparse(ast.parse(text)), Basis.TOKENS, Relation.CODE_COPIED),
        (renamed, Basis.RENAMED, Relation.CODE_DERIVED),
        (
            lambda text: text.replace("Cart", "Sledge") + "\nx = 1\n",
            Basis.NAMED,
            Relation.CODE_COPIED,
        ),
        (lambda text: renamed(text) + "\nx = 1\n", Basis.SHAPED, Relation.CODE_DERIVED),
    ],
)
def test_the_release_is_named(
    catalogue: CodeCatalogue,
    release: tuple[str, str, str],
    change: Callable[[str], str],
    basis: Basis,
    relation: Relation,
) -> None:
    version, date, text = release
    (match,) = found(catalogue, change(text)).matches
    assert (match.basis, match.relation) == (basis, relation)
    assert (match.upstream.release.version, match.upstream.release.date) == (version, date)
    assert match.upstream.last.version == version
    assert match.upstream.path == "acorn/routes.py"
    assert match.of_suspect > 0.9
    assert match.settled


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release[0])
def test_disguise_does_not_hide_the_release(
    catalogue: CodeCatalogue, release: tuple[str, str, str], seed: int
) -> None:
    version, _, text = release
    (match,) = found(catalogue, disguised(text, seed)).matches
    assert match.relation is Relation.CODE_DERIVED
    assert (match.upstream.release.version, match.upstream.last.version) == (version, version)
    assert match.stated.of_upstream > 0.95


def test_a_small_file_is_known_by_its_statements(tmp_path: Path) -> None:
    small = textwrap.dedent(FIRST[FIRST.index("    def neighbours") : FIRST.index("def load_of")])
    gathered(tmp_path, "acorn", [("1.0", None, {"acorn/ways.py": small})])
    lines = []
    for number, line in enumerate(renamed(small).split("\n")):
        if number % 2 and line.strip() and "else" not in line:
            lines.append(re.sub(r"\S.*", "z = [4, 2]", line))
        lines.append(line)
    text = "\n".join(lines)
    (match,) = found(CodeCatalogue([tmp_path]), text).matches
    assert match.basis is Basis.STATEMENTS
    assert match.of_upstream > 0.9
    assert match.of_suspect < 0.9
    assert match.lines


def test_what_a_work_repeats_is_its_idiom(tmp_path: Path) -> None:
    method = FIRST[FIRST.index("    def route(") : FIRST.index("    def _walk_back")]
    files = {f"acorn/r{n}.py": f"class Router{n}:\n{method}\n\nkind = {n}\n" for n in range(12)}
    alone = tmp_path / "alone"
    gathered(alone, "acorn", [("1.0", None, {"acorn/r1.py": files["acorn/r1.py"]})])
    gathered(tmp_path, "acorn", [("1.0", None, files)])
    text = f"{OTHER}\n\n{textwrap.dedent(method)}"
    assert found(CodeCatalogue([alone]), text).matches
    assert not found(CodeCatalogue([tmp_path]), text).matches


@pytest.mark.parametrize("most", [1, 7, 10_000])
def test_a_file_is_found_whatever_stands_beside_it(
    catalogue: CodeCatalogue, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "_AT_A_TIME", most)
    suspects = [of(f"mine/{n}.py", disguised(FIRST, n)) for n in range(60)]
    beside = {m.suspect.path: m for m in look_up(suspects, catalogue).matches}
    assert len(beside) == len(suspects)
    for suspect in suspects[::20]:
        (alone,) = look_up([suspect], catalogue).matches
        assert beside[suspect.path] == replace(alone, suspect=beside[suspect.path].suspect)


def test_an_independent_router_does_not_match(catalogue: CodeCatalogue) -> None:
    assert not found(catalogue, OTHER).matches
    assert not found(catalogue, renamed(OTHER)).matches


def test_a_part_in_another_file_is_found_with_its_lines(catalogue: CodeCatalogue) -> None:
    lines = THIRD.split("\n")
    start = lines.index("def tidy(lines, width=72):")
    part = "\n".join(lines[start : start + 12])
    method = lines.index("    def route(self, start, goal, heights):")
    part += "\n\n\n" + textwrap.dedent("\n".join(lines[method : method + 18]))
    text = f"{OTHER}\n\n{part}\n"
    (match,) = found(catalogue, text).matches
    assert match.relation is Relation.CODE_DERIVED
    assert 0.1 < match.of_upstream < 0.7
    assert 0.1 < match.of_suspect < 0.7
    assert match.upstream.release.version == "1.0"
    mine = text.split("\n")
    for pair in match.lines:
        here = {line.strip() for line in mine[pair.suspect[0] - 1 : pair.suspect[1]]}
        there = {
            line.strip() for line in FIRST.split("\n")[pair.upstream[0] - 1 : pair.upstream[1]]
        }
        assert here & there - {""}
    assert {pair.upstream for pair in match.functions} >= {"CartRouter.route"}


def test_a_work_is_no_upstream_of_itself(catalogue: CodeCatalogue) -> None:
    own = About(own=frozenset({"pkg:pypi/acorn"}))
    shown = found(catalogue, FIRST, own)
    assert (shown.matches, shown.is_indexed) == ((), True)
    assert not found(catalogue, FIRST).is_indexed


def test_of_two_works_the_earlier_is_named(tmp_path: Path) -> None:
    gathered(tmp_path, "later", [("9.0", "2024-05-05", {"later/a.py": FIRST})])
    gathered(tmp_path, "acorn", [("1.0", "2021-01-01", {"acorn/routes.py": FIRST})])
    (match,) = found(CodeCatalogue([tmp_path]), FIRST).matches
    assert match.upstream.work.name == "acorn"
    assert match.settled


def test_where_another_work_explains_as_much_both_are_shown(tmp_path: Path) -> None:
    gathered(tmp_path, "acorn", [("1.0", None, {"acorn/routes.py": FIRST})])
    gathered(tmp_path, "child", [("1.0", None, {"child/routes.py": FIRST + "\ndone = 1\n"})])
    text = FIRST.replace("Cart", "Sled") + "\nprint(Cart, [1])\n"
    (match,) = found(CodeCatalogue([tmp_path]), text).matches
    names = {match.upstream.work.name, *(one.upstream.work.name for one in match.alternatives)}
    assert names == {"acorn", "child"}
    assert not match.settled


def test_two_shards_of_one_work_do_not_dispute_each_other(tmp_path: Path) -> None:
    gathered(tmp_path, "acorn", [("1.0", None, {"acorn/routes.py": FIRST})])
    again = Harvest(Work("org/acorn", "pkg:pypi/acorn", "https://example.org/acorn"), jobs=1)
    again.add(snapshot_of({"acorn/routes.py": FIRST + "\ndone = 1\n"}), Release("1.1"))
    again.write(tmp_path)
    catalogue = CodeCatalogue([tmp_path])
    assert len(catalogue.shards) == 2
    matches = found(catalogue, FIRST.replace("Cart", "Sled") + "\nprint(Cart, [1])\n")
    (match,) = matches.matches
    assert match.settled
    assert matches.works == 1


def test_what_one_upstream_explains_is_not_asked_of_its_siblings(tmp_path: Path) -> None:
    files = {f"acorn/r{n}.py": FIRST + f"\nrelease = {n}\n" for n in range(5)}
    gathered(tmp_path, "acorn", [("1.0", "2021-01-01", files)])
    matches = found(CodeCatalogue([tmp_path]), FIRST.replace("Cart", "Sled")).matches
    assert len(matches) == 1


def test_a_file_of_two_works_has_two_upstreams(tmp_path: Path) -> None:
    gathered(tmp_path, "acorn", [("1.0", "2021-01-01", {"a.py": FIRST})])
    gathered(tmp_path, "beech", [("1.0", "2021-01-01", {"b.py": OTHER})])
    matches = found(CodeCatalogue([tmp_path]), f"{FIRST}\n{OTHER}").matches
    assert {match.upstream.work.name for match in matches} == {"acorn", "beech"}


@pytest.mark.parametrize(
    ("comment", "direction", "witness"),
    [
        ("# Copied from acorn.routes.CartRouter\n", Direction.FROM_UPSTREAM, Witness.WORDS),
        ("", Direction.UNKNOWN, Witness.NONE),
    ],
)
def test_the_direction_is_what_something_says(
    catalogue: CodeCatalogue, comment: str, direction: Direction, witness: Witness
) -> None:
    text = comment + FIRST.replace("Cart", "Sled") + "\nx = 1\n"
    (match,) = found(catalogue, text).matches
    assert (match.direction, match.witness) == (direction, witness)
    assert match.direction_reason


def test_the_first_release_that_holds_the_file_is_told(catalogue: CodeCatalogue) -> None:
    (match,) = found(catalogue, SECOND + "\nx = 1\n").matches
    assert match.upstream.first
    assert match.upstream.first.version < match.upstream.release.version
    assert match.upstream.before is None


def test_a_credit_that_came_along_with_the_code_shows_no_direction(tmp_path: Path) -> None:
    credit = "# Copied from acorn.models.oak.modeling_oak.OakRouter\n"
    files = {"acorn/models/elm/modeling_elm.py": credit + FIRST}
    gathered(tmp_path, "acorn", [("1.0", "2021-01-01", files)])
    text = FIRST.replace("Cart", "Sled") + "\nx = 1\n"
    for comment, direction in (
        (credit.replace("OakRouter", "ElmRouter"), Direction.UNKNOWN),
        ("# Copied from acorn.models.elm.modeling_elm\n", Direction.FROM_UPSTREAM),
    ):
        (match,) = found(CodeCatalogue([tmp_path]), comment + text).matches
        assert match.direction is direction


def test_a_work_is_known_by_the_name_of_its_repository(tmp_path: Path) -> None:
    gathered(tmp_path, "timm", [("1.0", "2021-01-01", {"timm/routes.py": FIRST})])
    credit = "# Adapted from https://github.com/rwightman/pytorch-image-models\n"
    text = credit + FIRST.replace("Cart", "Sled") + "\nx = 1\n"
    (match,) = found(CodeCatalogue([tmp_path]), text).matches
    assert match.direction is Direction.FROM_UPSTREAM


def test_upstream_that_names_the_suspect_came_later(tmp_path: Path) -> None:
    text = "# Adapted from https://github.com/org/mine\n" + FIRST
    gathered(tmp_path, "acorn", [("1.0", "2021-01-01", {"acorn/routes.py": text})])
    (match,) = found(CodeCatalogue([tmp_path]), FIRST, About(name="org/mine")).matches
    assert match.direction is Direction.FROM_SUSPECT


def test_a_fork_is_said_to_be_one(tmp_path: Path) -> None:
    files = {f"acorn/r{n}.py": FIRST.replace("Cart", f"Cart{n}") for n in range(4)}
    gathered(tmp_path, "acorn", [("1.0", "2021-01-01", files)])
    prints = [of(path, text + "\nx = 1\n") for path, text in files.items()]
    whole = look_up(prints, CodeCatalogue([tmp_path])).whole
    assert whole is not None
    assert whole.name == "acorn"


def test_the_same_look_up_gives_the_same(catalogue: CodeCatalogue) -> None:
    one, other = (found(catalogue, SECOND + "\nx = 1\n").matches for _ in range(2))
    assert [(m.upstream, m.lines, m.named) for m in one] == [
        (m.upstream, m.lines, m.named) for m in other
    ]
