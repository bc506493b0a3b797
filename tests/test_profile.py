from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lineage.model import Intent, Profile, Revenue, Users
from lineage.profile import SIZE_LIMIT, ProfileError, read_profile


def profile(folder: Path, text: str) -> Profile:
    path = folder / "profile.yaml"
    path.write_text(text, encoding="utf-8")
    return read_profile(path)


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    assert profile(
        tmp_path,
        """
intent: saas
territory: [US, NO]
domicile: GB
users:
  - {monthly: 20000, as_of: 2024-07-01}
  - {daily: 700, monthly: 9000, of: product}
revenue:
  - {amount: 150000, currency: USD, period: year}
  - {amount: 20000, currency: CNY, period: annual-recurring, of: product}
""",
    ) == Profile(
        intent=Intent.SAAS,
        territory=("US", "NO"),
        domicile="GB",
        users=(
            Users(20_000, "month", "2024-07-01"),
            Users(9_000, "month", of="product"),
            Users(700, "day", of="product"),
        ),
        revenue=(
            Revenue(150_000, "USD", "year"),
            Revenue(20_000, "CNY", "annual-recurring", of="product"),
        ),
    )


def test_one_value_stands_for_a_list(tmp_path: Path) -> None:
    assert profile(tmp_path, "territory: EU\nusers: {monthly: 1}\n") == Profile(
        territory=("EU",), users=(Users(1, "month"),)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: expected a mapping, found an empty file"),
        ("- a\n", "line 1: the file: expected a mapping"),
        ("intent: sel\n", "line 1: intent: expected one of: personal, internal, share, sell, saas"),
        ("a: 1\nintend: sell\n", "line 1: a: unknown key; expected one of: domicile, intent"),
        (
            "intent: sell\nterritory: [US, usa]\n",
            "line 2: territory[1]: expected a country such as US",
        ),
        ("domicile: 49\n", "line 1: domicile: expected a country such as US (ISO 3166), or EU"),
        ("users:\n  monthly: many\n", "line 2: users.monthly: expected a whole number"),
        ("users:\n  monthly: -1\n", "line 2: users.monthly: expected a whole number"),
        ("users: {}\n", "line 1: users: expected a number under monthly or daily"),
        ("users: {monthly: 1, as_of: May}\n", "line 1: users.as_of: expected a date such as"),
        ("users: {monthly: 1, of: us}\n", "expected one of: licensee, product"),
        (
            "revenue:\n- {amount: 1, period: year}\n",
            "line 2: revenue[0]: expected the key currency",
        ),
        ("revenue: {amount: 1, currency: usd, period: year}\n", "expected a currency such as USD"),
        ("revenue: {amount: 1, currency: USD, period: day}\n", "expected one of: month, year"),
        ("users: &a [*a]\n", "expected"),
        ("users: [\n", "line 2: expected YAML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ProfileError) as error:
        profile(tmp_path, text)
    assert said in str(error.value)
    assert str(tmp_path / "profile.yaml") in str(error.value)


def test_a_file_that_is_no_profile(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read"):
        read_profile(tmp_path / "none.yaml")
    (tmp_path / "big.yaml").write_bytes(b"a" * (SIZE_LIMIT + 1))
    with pytest.raises(ProfileError, match="larger than"):
        read_profile(tmp_path / "big.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProfileError, match="not UTF-8"):
        read_profile(tmp_path / "binary.yaml")


def test_the_command_line_says_it_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "README.md").write_text("# A\n")
    (tmp_path / "p.yaml").write_text("intent: sell\nuser: 3\n")
    command = [sys.executable, "-m", "lineage.cli", "audit", "repo", "--profile", "p.yaml"]
    command[1:3] = ["-c", "from lineage.cli import main; main()"]
    ended = subprocess.run(
        command, cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("p.yaml, line 2: user: unknown key; expected one of:")
    assert ended.stdout == ""
