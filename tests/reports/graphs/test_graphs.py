from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from jsonschema import Draft202012Validator

from lineage.graphing import joined_of
from lineage.reports import FORMATS, Page
from lineage.reports.graphs import GRAPHS
from lineage.reports.graphs.mermaid import MOST_CHARACTERS, MOST_EDGES, harmless
from lineage.reports.graphs.view import GraphView
from tests.joining.worlds import audit, duty, edge, purl
from tests.reports.build import ALL, HOSTILE, hostile, rich

ATTACKS = (
    *HOSTILE,
    '"] --> x["',
    "%%{init: {'securityLevel': 'loose'}}%%",
    "click n0 href javascript:alert(1)",
    "`**bold**`",
    "end",
    '\\"]; evil [URL="https://evil.example"',
    "\\N\\G\\L",
    "]]></data><node/>",
    "\x00\x0b\ufffe",
)
NODE = re.compile(r'n\d+(\["|\[\("|\[\[")[\w ._\-/@:,+=()<>]*("\]|"\)\]|"\]\])')
EDGE = re.compile(r'n\d+ (-->|==>|-\.->)\|"[\w ._\-/@:,+=()]*"\| n\d+')
STYLE = re.compile(r"linkStyle [\d,]+ [\w:#,\- ]+")


def view(*paths: Path, focus: str | None = None, duties: str | None = None) -> GraphView:
    return joined_of(paths, focus=focus, duties=duties)


def world(folder: Path, name: str = "org/base") -> list[Path]:
    base, tuned = purl("org/base", "r1"), purl("me/tuned", "r1")
    return [
        audit(folder, "org/base", licence=name),
        audit(folder, "me/tuned", edge(base, tuned, origin="detected", tier="B", p=1e-9), edge(f"unresolved:{name}", tuned), duties=(duty(base, base, tuned),)),
    ]  # fmt: skip


def hostile_view(tmp_path: Path) -> GraphView:
    path = tmp_path / "hostile.json"
    path.write_text(FORMATS["json"].render(hostile(), Page()), encoding="utf-8")
    return view(path)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_same_reports_give_the_same_bytes(tmp_path: Path, name: str) -> None:
    paths = world(tmp_path)
    assert GRAPHS[name].render(view(*paths)) == GRAPHS[name].render(view(*reversed(paths)))


@pytest.mark.parametrize("name", GRAPHS)
def test_nothing_is_unprintable(tmp_path: Path, name: str) -> None:
    text = GRAPHS[name].render(hostile_view(tmp_path))
    text.encode("utf-8")
    body = re.sub(r"(?s)<script>.*?</script>", "", text)
    assert body.replace("\n", "").isprintable()


@pytest.mark.parametrize("text", ATTACKS)
def test_mermaid_is_nothing_but_nodes_edges_and_styles(tmp_path: Path, text: str) -> None:
    head, *lines = GRAPHS["mermaid"].render(view(*world(tmp_path, text))).splitlines()
    assert head == "flowchart LR"
    for line in lines:
        said = line.strip()
        assert (
            NODE.fullmatch(said.replace("<br/>", " "))
            or EDGE.fullmatch(said)
            or STYLE.fullmatch(said)
        )


def test_mermaid_stays_under_its_limits_and_says_what_it_left_out(tmp_path: Path) -> None:
    tuned = purl("me/tuned", "r1")
    many = [edge(purl(f"org/{'long-name-' * 5}{n:04}"), tuned) for n in range(700)]
    text = GRAPHS["mermaid"].render(view(audit(tmp_path, "me/tuned", *many)))
    assert len(text) < MOST_CHARACTERS
    drawn = sum(bool(EDGE.fullmatch(line.strip())) for line in text.splitlines())
    assert 100 < drawn <= MOST_EDGES
    assert f"{700 - drawn:,} nodes and {700 - drawn:,} edges are left out" in text


def test_mermaid_draws_no_more_than_five_hundred_edges(tmp_path: Path) -> None:
    few = [purl(f"o/{n}") for n in range(26)]
    edges = [edge(one, other) for one in few for other in few if one < other] * 2
    loop = [edge(other, one) for one in few for other in few if one < other]
    text = GRAPHS["mermaid"].render(view(audit(tmp_path, "me/tuned", *edges, *loop)))
    assert sum(bool(EDGE.fullmatch(line.strip())) for line in text.splitlines()) == MOST_EDGES
    assert "150 edges are left out" in text


def test_a_label_of_mermaid_keeps_letters_of_all_scripts() -> None:
    assert harmless("名前/Modèle-7B v1.0") == "名前/Modèle-7B v1.0"
    assert harmless('a"b<c>d`e#f;g') == "a_b_c_d_e_f_g"


@pytest.mark.parametrize("text", ATTACKS)
def test_dot_is_nothing_but_quoted_labels(tmp_path: Path, text: str) -> None:
    lines = GRAPHS["dot"].render(view(*world(tmp_path, text))).splitlines()
    without = [re.sub(r'"(?:[^"\\]|\\.)*"', "Q", line).strip() for line in lines]
    for line in without[4:-1]:
        assert re.fullmatch(r"n\d+( -> n\d+)? \[[a-zA-Z0-9=.,Q ]*\];", line), line
    assert without[-1] == "}"


@pytest.mark.skipif(shutil.which("dot") is None, reason="graphviz is not installed")
def test_graphviz_takes_it(tmp_path: Path) -> None:
    text = GRAPHS["dot"].render(hostile_view(tmp_path))
    subprocess.run(["dot", "-Tsvg"], input=text.encode(), check=True, capture_output=True)


@pytest.mark.parametrize("text", ATTACKS)
def test_graphml_is_read_back_as_it_was(tmp_path: Path, text: str) -> None:
    made = view(*world(tmp_path, text))
    document = GRAPHS["graphml"].render(made)
    ET.fromstring(document)
    read = nx.parse_graphml(document)
    assert read.number_of_nodes() == len(made.graph.nodes)
    assert read.number_of_edges() == len(made.graph.edges)


@pytest.mark.parametrize("text", [*ATTACKS, ALL])
def test_html_stays_as_it_is_with_whatever_name(tmp_path: Path, text: str) -> None:
    tags = [
        re.findall(r"<(\w+)", re.sub(r"(?s)<(script|style)[^>]*>.*?</\1>", "", page))
        for page in (GRAPHS["html"].render(view(*world(tmp_path, one))) for one in (text, "plain"))
    ]
    assert tags[0] == tags[1]


def test_json_says_everything(tmp_path: Path) -> None:
    made = view(*world(tmp_path), duties="me/tuned")
    plain = json.loads(GRAPHS["json"].render(made))
    assert plain["schema_version"] == "1"
    assert [node["name"] for node in plain["nodes"]] == [
        "me/tuned",
        "org/base",
        "unresolved:org/base",
    ]
    assert {e["standing"] for e in plain["edges"]} == {"detected", "declared"}
    assert plain["duties"][0]["path"] == [purl("org/base", "r1"), purl("me/tuned", "r1")]
    assert plain["duties"][0]["state"] == "unmet"
    assert "unresolved:org/base is named as a parent" in plain["problems"][0]


def test_json_is_as_its_schema_says(tmp_path: Path) -> None:
    schema = json.loads(files("lineage.reports").joinpath("graph.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    for made in (view(*world(tmp_path), duties="me/tuned"), hostile_view(tmp_path)):
        plain = json.loads(GRAPHS["json"].render(made))
        assert list(Draft202012Validator(schema).iter_errors(plain)) == []
    plain["nodes"][0]["kind"] = "virus"
    assert list(Draft202012Validator(schema).iter_errors(plain)) != []


def test_looks_tell_what_is_known_how(tmp_path: Path) -> None:
    path = tmp_path / "rich.json"
    path.write_text(FORMATS["json"].render(rich(), Page()), encoding="utf-8")
    plain = json.loads(GRAPHS["json"].render(view(path)))
    assert {edge["look"] for edge in plain["edges"]} == {
        "declared",
        "detected",
        "contradicted",
        "unknown",
    }
