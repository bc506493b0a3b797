"""What audits cost their hosts: requests, bytes and seconds, against a hub on this machine.

    python benchmarks/bench_hosts.py [--audits 200] [--limit 500] [--window 10]

1. a model of 72 billion parameters in 37 shards, whose card declares one of 14 billion as its
   parent, audited with kinship; and the same again, from the cache;
2. the audit of metadata alone;
3. many audits at once under the hub's limit of requests. The real window is 300 seconds; here it is
   scaled down with the same number of requests, so that a host's patience is tried as often;
4. every fault in its turn, and whether the verdict is the same or the audit ends incomplete.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.vast_hub import QWEN_14B, QWEN_72B, Limit, VastHub, checkpoint
from lineage.model import Scope
from lineage.pipeline import AuditOptions, audit
from lineage.sources import UnreachableError
from tests.doubles.hosts.faults import Fault, FaultPlan

LINEAGE = str(Path(sys.executable).with_name("lineage"))
CARD = (
    b"---\nlicense: apache-2.0\nbase_model: base/14b\nbase_model_relation: finetune\n---\n# 72B\n"
)
BASE = b"---\nlicense: apache-2.0\n---\n# 14B\n"
AT_ONCE = 16
FAULTS = {
    "429 with Retry-After": Fault(429, {"Retry-After": "1"}),
    "500": Fault(500),
    "503": Fault(503),
    "cut within": Fault(cut_after=30),
    "slow": Fault(delay=1.0),
    "wrong length": Fault(only=10),
    "404": Fault(404),
    "410": Fault(410),
    "403": Fault(403),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--audits", type=int, default=200)
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--window", type=float, default=10.0)
    arguments = parser.parse_args()
    with VastHub() as hub:
        hub.add("org/72b", {"README.md": CARD, **checkpoint(1, QWEN_72B)})
        hub.add("base/14b", {"README.md": BASE, **checkpoint(2, QWEN_14B)})
        large(hub)
        faults(hub)
    crowd(arguments.audits, arguments.limit, arguments.window)


def large(hub: VastHub) -> None:
    print(f"{'audit':<44}{'requests':>9}{'MB':>8}{'seconds':>9}{'CPU':>7}{'exit':>6}   wanted")
    with tempfile.TemporaryDirectory() as home:
        for name, arguments, wanted in (
            ("72B with kinship to its declared 14B", (), "<= 40 requests, <= 64 MB, <= 30 s"),
            ("the same again, at the heads of branches", (), "-"),
        ):
            shown(name, hub, home, ("hf:org/72b", *arguments), wanted)
    with tempfile.TemporaryDirectory() as home:
        arguments = ("hf:org/72b", "--no-weights", "--no-code", "--depth", "0")
        commit = shown("its metadata alone", hub, home, arguments, "<= 6 requests")
        pinned = (*arguments, "--revision", commit)
        shown("the same commit again", hub, home, pinned, "0 requests")
    with tempfile.TemporaryDirectory() as home:
        arguments = ("hf:org/72b", "--no-weights", "--no-code")
        shown("its metadata and its parent's", hub, home, arguments, "-")


def shown(name: str, hub: VastHub, home: str, arguments: tuple[str, ...], wanted: str) -> str:
    """Print what an audit costs; return the commit that it read."""
    hub.forget()
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    code, _, commit = audited(hub, home, *arguments)
    after, took = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{name:<44}{len(hub.requests):>9}{hub.sent / 1e6:>8.1f}{took:>9.1f}{spent:>7.1f}{code:>6}"
        f"   {wanted}",
        flush=True,
    )
    return commit


def audited(hub: VastHub, home: str, *arguments: str) -> tuple[int, str, str]:
    """Audit in a process with a cache in ``home``; return exit code, verdict and commit."""
    environment = {
        **os.environ,
        "HF_ENDPOINT": hub.endpoint,
        "HOME": home,
        "XDG_CACHE_HOME": f"{home}/cache",
        "XDG_DATA_HOME": f"{home}/data",
    }
    ran = subprocess.run(
        [LINEAGE, "audit", *arguments, "--format", "json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if not ran.stdout:
        return ran.returncode, ran.stderr.strip(), ""
    report = json.loads(ran.stdout)
    return ran.returncode, report["verdict"], report["target"]["revision"]


def crowd(audits: int, limit: int, window: float) -> None:
    """Audit many models at once under the host's limit; each with its parent, in one process."""
    print(f"\n{audits} audits, {AT_ONCE} at once, {limit} requests in {window:g} s (for 300 s)")
    rule = Limit(limit, window)
    with VastHub(rule) as hub, tempfile.TemporaryDirectory() as home:
        os.environ |= {"HF_ENDPOINT": hub.endpoint, "XDG_CACHE_HOME": home, "HOME": home}
        names = [f"org/model-{number}" for number in range(audits)]
        for name in names:
            hub.add(name, {"README.md": CARD + name.encode(), "config.json": b"{}"})
        hub.add("base/14b", {"README.md": BASE})
        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            ended = list(pool.map(_ended, names))
        lost = [said for said in ended if said]
        print(
            f"{len(hub.requests)} requests in {time.monotonic() - began:.0f} s, {rule.refusals} of "
            f"them refused; lost targets {len(lost)} (wanted 0); banned: {rule.is_banned} (wanted "
            f"False){'; ' + lost[0] if lost else ''}"
        )


def _ended(name: str) -> str:
    """Audit a model; return why it is lost, or "" where it is not."""
    try:
        found = audit(f"hf:{name}", AuditOptions(leave_out=frozenset({Scope.CODE, Scope.WEIGHTS})))
    except UnreachableError as error:
        return str(error)
    return "" if found.complete else f"{name}: {found.unread[0].reason}"


def faults(hub: VastHub) -> None:
    """Hold the verdict under each fault against that without."""
    print(f"\n{'fault, once and for good':<28}{'once':>22}{'for good':>22}   wanted same or exit 3")
    arguments = ("hf:org/72b", "--no-weights", "--no-code")
    with tempfile.TemporaryDirectory() as home:
        _, right, _ = audited(hub, home, *arguments)
    for name, fault in FAULTS.items():
        said = []
        for times in (1, 1000):
            with tempfile.TemporaryDirectory() as home:
                hub.plan = FaultPlan()
                hub.fail("/org/72b/resolve/.*README", *[fault] * times)
                code, verdict, _ = audited(hub, home, *arguments)
            said.append("same" if verdict == right and code == 0 else f"exit {code}")
        print(f"{name:<28}{said[0]:>22}{said[1]:>22}", flush=True)
    hub.plan = FaultPlan()


if __name__ == "__main__":
    main()
