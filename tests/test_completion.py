from __future__ import annotations

import click
import pytest

from lineage.cli import audit


@pytest.mark.parametrize(
    ("option", "begun", "offered"),
    [
        ("shown", "s", ["sarif", "spdx"]),
        ("shown", "not", ["notice"]),
        ("fail_on", "h", ["high"]),
        ("shown", "pdf", []),
    ],
)
def test_a_shell_is_offered_the_names(option: str, begun: str, offered: list[str]) -> None:
    context = click.Context(audit)
    (parameter,) = [one for one in audit.params if one.name == option]
    assert [item.value for item in parameter.shell_complete(context, begun)] == offered
