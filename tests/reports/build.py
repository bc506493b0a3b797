"""Audits made by hand, so that every report is tried on every state there is."""

from __future__ import annotations

from hashlib import sha256

from lineage.graph import LineageGraph
from lineage.model import (
    Artifact,
    Coverage,
    Derivation,
    EntryKind,
    Evidence,
    Exhibit,
    FileEntry,
    Finding,
    Host,
    Kind,
    LicenceRecord,
    Obligation,
    Origin,
    Reading,
    Relation,
    Repo,
    Scope,
    Severity,
    State,
    Tensor,
    Test,
    Tier,
    Unread,
    Waiver,
    WeightFile,
)
from lineage.pipeline import Audit
from lineage.policy.terms import Policy
from lineage.policy.waiving import WaiverUse

REVISION = "0123456789abcdef0123456789abcdef01234567"
PURL = f"pkg:huggingface/org/tuned@{REVISION}"
SHA = "ab" * 32

#: What a hostile repository would like to say to a terminal, a browser, a spreadsheet, a reader.
HOSTILE = (
    "\x1b[2J\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZWNobyBwd25lZA==\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x9b31mC1",
    "a\u202egnp.exe",
    "\u2066isolated\u2069",
    "zero\u200bwidth\ufeff",
    "line\nbreak\r\n\ttab",
    "[link=https://evil.example]click[/link] [bold red]x[/]",
    "![x](https://evil.example/pixel.png)",
    "[click](javascript:alert(1))",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "@everyone see #1 and https://evil.example or www.evil.example",
    "cell | break `code` ``more`` *bold* _it_ ~~gone~~ $x^2$",
    "</details>\n\n# Heading\n\n- list",
    "&lt;entity&gt; &#64;user",
    "bytes \udcff\udc80 and half \ud83d",
    "=HYPERLINK(0)",
    "名前、许可证\uff1a仅供研究",
)

ALL = "".join(HOSTILE)


def exhibit(
    path: str, line: int = 1, last: int | None = None, excerpt: str | None = None
) -> Exhibit:
    return Exhibit(
        path=path,
        lines=(line, last or line),
        sha256=SHA,
        url=f"https://huggingface.co/org/tuned/blob/{REVISION}/{path}#L{line}",
        excerpt=excerpt,
    )


def finding(
    rule: str,
    state: State,
    message: str,
    *exhibits: Exhibit,
    severity: Severity = Severity.MEDIUM,
    tier: Tier = Tier.A,
    title: str = "",
    parent: str | None = None,
    waiver: Waiver | None = None,
) -> Finding:
    return Finding(
        fingerprint=f"{hash_of(rule + message):032x}",
        rule=rule,
        title=title or f"What {rule} finds",
        severity=severity,
        state=state,
        tier=tier,
        message=message,
        subject=PURL,
        parent=parent,
        clause="Apache-2.0 section 4(d)",
        remedy="Carry the parent's NOTICE along.",
        exhibits=exhibits,
        waiver=waiver,
    )


def hash_of(text: str) -> int:
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest()[:16])


def audit_of(
    *,
    findings: tuple[Finding, ...] = (),
    coverage: Coverage | None = None,
    licences: tuple[LicenceRecord, ...] = (),
    parents: tuple[tuple[Artifact, Derivation], ...] = (),
    evidence: tuple[Evidence, ...] = (),
    references: tuple[tuple[Artifact, Reading], ...] = (),
    repo: Repo | None = None,
    kind: Kind = Kind.MODEL,
    fail_on: Severity | None = Severity.HIGH,
    left_out: frozenset[Scope] = frozenset(),
    obligations: tuple[Obligation, ...] = (),
    policy: Policy | None = None,
    waivers: WaiverUse | None = None,
    files: tuple[str, ...] = (),
) -> Audit:
    """Return an audit of what is given, and nothing else."""
    repo = repo or Repo(
        Host.HUGGINGFACE, "org/tuned", REVISION, "https://huggingface.co/org/tuned", PURL
    )
    subject = Artifact(repo.purl, kind, repo.id, repo.revision, repo.purl, licences)
    entries = tuple(FileEntry(path, EntryKind.FILE, 1) for path in files)
    reading = Reading(repo, entries, evidence, coverage or Coverage(12, 12, 34_567, 34_567))
    nodes = {a.id: a for a in (subject, *(a for a, _ in parents), *(a for a, _ in references))}
    graph = LineageGraph(
        subject=subject.id,
        artifacts=nodes.values(),
        derivations=[edge for _, edge in parents],
        readings={subject.id: reading, **{a.id: r for a, r in references}},
    )
    return Audit(graph, findings, obligations, fail_on, left_out, policy, waivers or WaiverUse())


def licence(
    scope: Scope,
    concluded: str | None,
    *exhibits: Exhibit,
    declared: tuple[str, ...] = (),
    found: tuple[str, ...] = (),
    reason: str = "The card's tag and the licence file agree.",
) -> LicenceRecord:
    return LicenceRecord(scope, declared, found, concluded, reason, exhibits)


def parent(
    name: str,
    relation: Relation = Relation.FINETUNE,
    origin: Origin = Origin.DECLARED,
    *,
    tests: tuple[Test, ...] = (),
    kind: Kind = Kind.MODEL,
    child: str = PURL,
) -> tuple[Artifact, Derivation]:
    artifact = Artifact(f"unresolved:{name}", kind, name, None, None)
    where = exhibit("README.md", 4, excerpt=f"base_model: {name}")
    tier = Tier.B if tests else Tier.A
    return artifact, Derivation(artifact.id, child, relation, origin, tier, tests, (where,))


def rich() -> Audit:
    """Return an audit with every state, many findings, gaps of many kinds and a reference."""
    base = Repo(
        Host.HUGGINGFACE,
        "meta/base",
        "f" * 40,
        "https://huggingface.co/meta/base",
        f"pkg:huggingface/meta/base@{'f' * 40}",
    )
    statistic = Test(
        name="residual-correlation",
        statistic=41.5,
        p_value=1e-9,
        null="the weights were trained independently",
        exact=True,
        effect=0.93,
        minimum_detectable_effect=0.02,
        bytes_read=4_194_304,
    )
    opened = Artifact(base.purl, Kind.MODEL, base.id, base.revision, base.purl)
    detected = Derivation(
        base.purl, PURL, Relation.FINETUNE, Origin.DETECTED, Tier.B, (statistic,), ()
    )
    return audit_of(
        licences=(
            licence(
                Scope.WEIGHTS,
                "LicenseRef-llama-3.1",
                exhibit("README.md", 2, excerpt="license: llama3.1"),
                declared=("LicenseRef-llama-3.1",),
                found=("LicenseRef-llama-3.1",),
            ),
            licence(
                Scope.CODE,
                None,
                *(exhibit(f"src/file_{n:03}.py") for n in range(30)),
                declared=("apache-2.0",),
                found=("Apache-2.0", "MIT"),
                reason="The files say different things.",
            ),
        ),
        parents=(
            (opened, detected),
            parent("alice/first", Relation.MERGE),
            parent("bob/second", Relation.MERGE),
            parent("nothing, under MIT; no unmet duty was found", Relation.UNKNOWN),
            parent("corp/contradicted", Relation.QUANTIZED, Origin.CONTRADICTED),
            parent("open/corpus", Relation.TRAINED_ON, kind=Kind.DATASET),
        ),
        references=((opened, Reading(base, (), (), Coverage(3, 2, 10, 20, (Unread("x.bin", "not reached"),)))),),
        evidence=(
            WeightFile("pytorch", 5_000_000_000, SHA, None, (), exhibit("pytorch_model.bin")),
            WeightFile(
                "safetensors",
                1_200_000,
                None,
                (Tensor("lm_head.weight", "BF16", (2, 3), (8, 20)),),
                (("format", "pt"),),
                exhibit("model.safetensors"),
            ),
        ),
        coverage=Coverage(
            files_total=120,
            files_read=90,
            bytes_read=1_234_567,
            bytes_total=15_200_000_000,
            unread=(
                Unread("config.json", "not valid JSON (line 3)"),
                *(Unread(f"links/{n}", "a symbolic link, not followed") for n in range(12)),
            ),
            not_examined=(("png", 12), ("svg", 5), ("(no ending)", 3)),
        ),
        findings=(
            finding(
                "LIC-001",
                State.UNMET,
                "org/tuned carries no licence for its code: no tag, no licence file, no header.",
                exhibit("README.md", 2, 4, excerpt="license: llama3.1"),
                severity=Severity.CRITICAL,
            ),
            *(
                finding(
                    "LIC-014",
                    State.UNMET,
                    f"vendor/part_{n:03}/code.c comes from elsewhere and its licence is not here.",
                    *(exhibit(f"vendor/part_{n:03}/code.c", line) for line in range(1, 5)),
                    severity=Severity.HIGH,
                    tier=Tier.D,
                )
                for n in range(12)
            ),
            finding("LIN-006", State.INVESTIGATE, "config.json names DeepseekV3ForCausalLM; the card is silent.", exhibit("config.json", 3), tier=Tier.C),
            finding("USE-006", State.CONDITION_UNKNOWN, "The terms bar a territory; yours is not known.", severity=Severity.HIGH),
            finding("LIC-005", State.CANNOT_DETERMINE, "The card's licence link was not followed.", tier=Tier.E, severity=Severity.LOW),
            finding(
                "LIC-009",
                State.WAIVED,
                "The tag gpl names a family of licences.",
                severity=Severity.LOW,
                waiver=Waiver("Settled with the author by letter.", "legal@org.example", "2027-01-31", "2026-01-31", State.INVESTIGATE),
            ),
            finding("ATT-004", State.MET, "The parent's NOTICE is carried.", exhibit("NOTICE", 1, 9), severity=Severity.INFO, parent=base.purl),
            finding("LIC-002", State.MET, "The text of Apache-2.0 is here.", exhibit("LICENSE", 1, 202), severity=Severity.LOW),
            finding("LIC-002", State.MET, "The text of MIT is here.", exhibit("vendor/LICENSE", 1, 20), severity=Severity.LOW),
        ),
        obligations=(
            Obligation("llama-3.1", base.purl, "notice_file_literal", "1.b.iii", "distribute", State.UNMET, (exhibit("NOTICE"),), title="LLAMA 3.1 COMMUNITY LICENSE AGREEMENT", literals=("Llama 3.1 is licensed under …",), reason="NOTICE does not say so."),
            Obligation("llama-3.1", base.purl, "name_prefix", "1.b.i", "distribute", State.MET, (exhibit("README.md", 1),), title="LLAMA 3.1 COMMUNITY LICENSE AGREEMENT", literals=("Llama",), reason="The model is called Llama-Tuned."),
        ),
        files=("LICENSE", "NOTICE", "README.md", "config.json", "model.safetensors", *(f"vendor/part_{n:03}/code.c" for n in range(12))),
        left_out=frozenset({Scope.DATA}),
        policy=Policy("lineage.yaml", ("no-copyleft",)),
        waivers=WaiverUse(
            waivers=3,
            applied=1,
            oldest_days=40,
            expired=("The waiver at lineage.yaml:9 expired 2 days ago, on 2026-01-01, and waives 1 finding of LIC-001 no longer; legal@org.example answers for it.",),
            far=("The waiver at lineage.yaml:5 holds until 2099-12-31, more than a year from now; legal@org.example answers for it.",),
        ),
    )  # fmt: skip


def clean() -> Audit:
    """Return an audit that found nothing to object to, and read everything."""
    agreed = licence(
        Scope.CODE,
        "Apache-2.0",
        exhibit("LICENSE", 1, 202),
        declared=("Apache-2.0",),
        found=("Apache-2.0",),
    )
    return audit_of(licences=(agreed,), kind=Kind.CODE)


def hostile() -> Audit:
    """Return an audit in which every string that can come from outside is an attack."""
    repo = Repo(Host.LOCAL, f"/tmp/{ALL}", None, f"file:///tmp/{ALL}", "pkg:generic/x")
    where = [Exhibit(text, (1, 2), None, None, f"https://{text}", text) for text in HOSTILE]
    parents = [parent(text, child=repo.purl) for text in HOSTILE]
    states = list(State)
    return audit_of(
        repo=repo,
        kind=Kind.CODE,
        licences=(
            LicenceRecord(Scope.CODE, HOSTILE, HOSTILE, ALL, f"The card says {ALL}", tuple(where)),
        ),
        parents=tuple(parents),
        evidence=tuple(
            WeightFile(text, None, None, None, ((text, text),), at)
            for text, at in zip(HOSTILE, where, strict=True)
        ),
        coverage=Coverage(
            files_total=1,
            files_read=1,
            bytes_read=1,
            bytes_total=1,
            unread=tuple(Unread(text, f"refused: {text}") for text in HOSTILE),
            not_examined=tuple((text, 1) for text in HOSTILE),
        ),
        findings=tuple(
            finding(
                f"LIC-{number:03}",
                states[number % len(states)],
                f"{text} names nothing.",
                where[number],
                waiver=Waiver(text, text, text, text),
            )
            for number, text in enumerate(HOSTILE)
        ),
        obligations=tuple(
            Obligation(
                "",
                made.id,
                "unknown_terms",
                "",
                "",
                State.CANNOT_DETERMINE,
                (at,),
                title=text,
                reason=f"{text} is not known.",
            )
            for (made, _), text, at in zip(parents, HOSTILE, where, strict=True)
        ),
        files=HOSTILE,
        policy=Policy(ALL, (ALL,)),
        waivers=WaiverUse(len(HOSTILE), 1, 1, HOSTILE, 2, HOSTILE),
    )
