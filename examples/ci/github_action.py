"""What action.yml runs: one audit, its annotations, and one comment that is kept up to date.

Everything comes in by environment variables (INPUT_…, GITHUB_…) and leaves by the files that GitHub
names; the standard library and the commands ``lineage`` and ``gh`` are all it needs. What a
repository holds is printed only where GitHub takes no commands, or escaped.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

#: GitHub shows so many annotations of one level for each step.
SHOWN = 10
INCOMPLETE = 3
LEVELS = {"critical": "error", "high": "error", "medium": "warning"}
#: First words of every comment that lineage writes.
MARK = "<!-- lineage-audit "


def main() -> int:
    """Audit, report, and return the exit code of the step."""
    out = Path(os.environ.get("RUNNER_TEMP") or ".") / "lineage"
    out.mkdir(parents=True, exist_ok=True)
    code, printed = audited(out)
    emit_untrusted(printed)
    report = out / "audit.json"
    comment = out / "comment.md"
    if report.exists():
        for line in annotations(json.loads(report.read_text("utf-8"))):
            print(line)
        append("GITHUB_STEP_SUMMARY", comment.read_text("utf-8"))
        tell_outputs(out, code)
        if given("COMMENT") == "true":
            put_comment(comment)
    if code == INCOMPLETE and given("FAIL_ON") in ("", "none"):
        print("::warning title=lineage::Something could not be read: nothing here is a pass.")
        return 0
    return code


def given(name: str) -> str:
    """Return an input."""
    return os.environ.get(f"INPUT_{name}", "").strip()


def audited(out: Path) -> tuple[int, str]:
    """Run the audit; return its exit code and what it prints for a person."""
    command = [str(Path(sys.executable).with_name("lineage")), "audit"]
    command += ["--fail-on", given("FAIL_ON") or "none"]
    command += ["-o", f"json={out / 'audit.json'}", "-o", f"sarif={out / 'audit.sarif'}"]
    command += ["-o", f"comment={out / 'comment.md'}"]
    if given("FORMAT") not in ("", "json", "sarif", "comment", "table"):
        command += ["-o", f"{given('FORMAT')}={out / 'report'}"]
    if given("POLICY"):
        command += ["--policy", given("POLICY")]
    elif given("BASELINE"):
        policy = out / "policy.yaml"
        # JSON is YAML; the path is absolute, as a policy looks for such files beside itself.
        policy.write_text(json.dumps({"waivers-from": str(Path(given("BASELINE")).resolve())}))
        command += ["--policy", str(policy)]
    if given("OFFLINE") == "true":
        command.append("--offline")
    # After -- nothing is an option, whatever the target begins with.
    command += ["--", given("TARGET") or "."]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout


def emit_untrusted(text: str) -> None:
    """Print text in which GitHub is to see no commands."""
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}\n{text}\n::{token}::", flush=True)


def annotations(report: dict) -> Iterator[str]:
    """Yield a workflow command for each finding that is open, the gravest first."""
    left: dict[str, int] = {}
    for finding in report["findings"]:
        if finding["state"] in ("met", "waived"):
            continue
        is_sure = finding["state"] == "unmet"
        level = LEVELS.get(finding["severity"], "notice") if is_sure else "notice"
        left[level] = left.get(level, 0) + 1
        if left[level] <= SHOWN:
            yield annotation(level, finding)
    for level, number in left.items():
        if number > SHOWN:
            yield f"::notice title=lineage::{number - SHOWN} more of level {level} in the report."


def annotation(level: str, finding: dict) -> str:
    """Return the workflow command for one finding."""
    own = (e for e in finding["exhibits"] if e["path"] and not e.get("repo"))
    place = next(own, None)
    properties = {"title": f"{finding['rule']} {finding['title']}"}
    if place is not None:
        properties["file"] = place["path"]
        if place.get("lines"):
            properties["line"], properties["endLine"] = place["lines"]
    shown = ",".join(f"{key}={escaped_property(str(v))}" for key, v in properties.items())
    return f"::{level} {shown}::{escaped(finding['message'] + ' ' + finding['remedy'])}"


def escaped(text: str) -> str:
    """Return text as the message of a workflow command."""
    text = "".join(c if c.isprintable() or c in "\r\n" else "?" for c in text)
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escaped_property(text: str) -> str:
    """Return text as a property of a workflow command."""
    return escaped(text).replace(":", "%3A").replace(",", "%2C")


def append(variable: str, text: str) -> None:
    """Add text to a file that GitHub names, where it does."""
    if name := os.environ.get(variable):
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")


def tell_outputs(out: Path, code: int) -> None:
    """Say where the reports are."""
    report = out / "report" if (out / "report").exists() else out / "audit.json"
    places = {"sarif": out / "audit.sarif", "json": out / "audit.json", "report": report}
    lines = [f"exit-code={code}", *(f"{name}={path}" for name, path in places.items())]
    append("GITHUB_OUTPUT", "\n".join(lines))


def put_comment(comment: Path) -> None:
    """Write the comment, or replace the one of the last run; a failure is told and no more.

    A workflow of a fork may not write: the summary has the same text.
    """
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text("utf-8"))
    number = (event.get("pull_request") or {}).get("number")
    if not isinstance(number, int):
        return
    issues = f"repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    try:
        known = earlier(f"{issues}/{number}/comments", comment.read_text("utf-8").split("\n")[0])
        where = ["--method", "POST", f"{issues}/{number}/comments"]
        if known is not None:
            where = ["--method", "PATCH", f"{issues}/comments/{known}"]
        asked(*where, "--field", f"body=@{comment}")
    except subprocess.CalledProcessError as error:
        said = escaped((error.stderr or "").strip()[:300])
        print(f"::warning title=lineage::The comment could not be written: {said}")


def earlier(comments: str, mark: str) -> int | None:
    """Return the comment of the last run for the same target; a person's is never taken for it."""
    if not mark.startswith(MARK):
        return None
    pick = '.[] | select(.user.type == "Bot") | {id, body: .body[0:500]}'
    for line in asked("--paginate", f"{comments}?per_page=100", "--jq", pick).splitlines():
        found = json.loads(line)
        if found["body"].replace("\r", "").split("\n")[0] == mark:
            return int(found["id"])
    return None


def asked(*arguments: str) -> str:
    """Ask GitHub's API; return what it answers."""
    return subprocess.run(
        ["gh", "api", *arguments], capture_output=True, encoding="utf-8", check=True
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
