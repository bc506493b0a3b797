from __future__ import annotations

import pytest

from lineage.model import LicenceDeclared, Scope
from lineage.scanners import model_card
from tests.doubles.memory import file_of

Said = tuple[str, str | None, Scope | None]


def said(prose: str) -> list[Said]:
    facts = model_card.scan(file_of("README.md", prose))
    return [(f.value, f.expression, f.scope) for f in facts if isinstance(f, LicenceDeclared)]


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        (
            "## License\nThis code repository is licensed under [the MIT License](LICENSE-CODE). The use of Foo Base/Chat models is subject to [the Model License](LICENSE-MODEL). Foo supports commercial use.",
            [("the MIT License", "MIT", Scope.CODE), ("the Model License", None, Scope.WEIGHTS)],
        ),
        (
            "## 协议\n\n本仓库的代码依照 [Apache-2.0](LICENSE) 协议开源，Foo 模型的权重的使用则需要遵循 [Model License](MODEL_LICENSE)。",
            [("Apache-2.0", "Apache-2.0", Scope.CODE), ("Model License", None, Scope.WEIGHTS)],
        ),
        (
            "The code and associated weights in this release are licensed under the\nApache 2.0 license.",
            [("Apache 2.0 license", "Apache-2.0", None)],
        ),
        ("This project is released under the MIT License.", [("MIT License", "MIT", None)]),
        (
            "This repository and Foo models are released under the [Apache-2.0](LICENSE) License.",
            [("Apache-2.0", "Apache-2.0", None)],
        ),
        (
            "All our open-weight models are licensed under Apache 2.0.",
            [("Apache 2.0", "Apache-2.0", Scope.WEIGHTS)],
        ),
        (
            "Our dataset is distributed under CC BY-NC 4.0.",
            [("CC BY-NC 4.0", "CC-BY-NC-4.0", Scope.DATA)],
        ),
        (
            "The model is licensed under the Foo Community License Agreement.",
            [("Foo Community License Agreement", None, Scope.WEIGHTS)],
        ),
        ("# License\n\nMIT", [("MIT", "MIT", None)]),
        ("License: apache-2.0", [("apache-2.0", "Apache-2.0", None)]),
        ("- **License:** MIT", [("MIT", "MIT", None)]),
        (
            "## License\n- Code: MIT\n- Model weights: CC-BY-NC-SA-4.0\n",
            [("MIT", "MIT", Scope.CODE), ("CC-BY-NC-SA-4.0", "CC-BY-NC-SA-4.0", Scope.WEIGHTS)],
        ),
    ],
)
def test_a_plain_statement_is_heard(prose: str, expected: list[Said]) -> None:
    assert said(prose) == expected


@pytest.mark.parametrize(
    "prose",
    [
        "Llama 3.1 is licensed under the Llama 3.1 Community License, Copyright © Meta Platforms.",
        "Some code in `other_impls` is subject to [the Transformers Apache2 License](https://x.org).",
        "The base model is licensed under the MIT License.",
        "Third-party code is licensed under the BSD License.",
        "The weights of the autoencoder are also released under [apache-2.0](https://x.org).",
        "You can license our models for commercial use here.",
        "本模型使用 [Foo-7B](https://huggingface.co/org/foo-7b) 进行评测。",
        "Please see the license.",
        "## License\n\nSee [LICENSE](LICENSE).",
        "[![License](https://img.shields.io/badge/license-MIT-blue)](LICENSE)",
        "```\nThis project is licensed under the MIT License.\n```",
        "> This project is licensed under the MIT License.",
        "The model is available under many names.",
        "Our models are available with PyTorch.",
    ],
)
def test_what_is_said_of_others_or_not_plainly_is_passed_over(prose: str) -> None:
    assert not said(prose)


def test_a_statement_shows_where_it_stands() -> None:
    (fact,) = [
        f
        for f in model_card.scan(
            file_of("README.md", "# T\n\nA.\nThis project is released\nunder MIT.")
        )
        if isinstance(f, LicenceDeclared)
    ]
    assert fact.key == "readme"
    assert fact.exhibit.lines == (4, 5)
    assert fact.exhibit.excerpt == "This project is released under MIT."
