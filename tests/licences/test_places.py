from __future__ import annotations

import pytest

from lineage.licences.places import Role, binds_repository, role_of, scope_of
from lineage.model import Scope


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("LICENSE", Role.LICENCE),
        ("LICENCE.md", Role.LICENCE),
        ("License.txt", Role.LICENCE),
        ("LICENSE-MIT", Role.LICENCE),
        ("LICENSE-2.0", Role.LICENCE),
        ("COPYING.LESSER", Role.LICENCE),
        ("UNLICENSE", Role.LICENCE),
        ("MODEL_LICENSE", Role.LICENCE),
        ("LICENSE-CODE", Role.LICENCE),
        ("OPENPANGU_LICENSE", Role.LICENCE),
        ("Tongyi Qianwen LICENSE AGREEMENT.txt", Role.LICENCE),
        ("模型许可协议.txt", Role.LICENCE),
        ("LICENSES/MIT.txt", Role.LICENCE),
        ("NOTICE", Role.NOTICE),
        ("Notice.txt", Role.NOTICE),
        ("Open Source Software Notice.docx.txt", Role.THIRD_PARTY),
        ("THIRD-PARTY-LICENSES", Role.THIRD_PARTY),
        ("ThirdPartyNotices.txt", Role.THIRD_PARTY),
        ("USE_POLICY.md", Role.USE_POLICY),
        ("Acceptable-Use-Policy.txt", Role.USE_POLICY),
        ("license.py", None),
        ("licenses.json", None),
        ("check_license.sh", None),
        ("LicenseManager.java", None),
        ("agreement.ts", None),
        ("licensing.md", None),
        ("CONTRIBUTOR_LICENSE_AGREEMENT.md", None),
        ("CLA.md", None),
        ("licenses/AUTHORS.rst", None),
        ("README.md", None),
    ],
)
def test_the_role_of_a_file(path: str, role: Role | None) -> None:
    assert role_of(path) is role


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("LICENSE", None),
        ("LICENSE.txt", None),
        ("LICENSE-CODE", Scope.CODE),
        ("CODE_LICENSE.txt", Scope.CODE),
        ("LICENSE-MODEL", Scope.WEIGHTS),
        ("MODEL_LICENSE.md", Scope.WEIGHTS),
        ("Tongyi Qianwen LICENSE AGREEMENT", Scope.WEIGHTS),
        ("DATA_LICENSE", Scope.DATA),
        ("LICENSE-docs", Scope.DOCS),
        ("模型许可协议.txt", Scope.WEIGHTS),
    ],
)
def test_the_scope_in_a_name(path: str, scope: Scope | None) -> None:
    assert scope_of(path) is scope


def test_only_the_root_binds() -> None:
    assert binds_repository("LICENSE")
    assert not binds_repository("third_party/x/LICENSE")


@pytest.mark.parametrize(
    ("path", "binds"),
    [
        ("oak-1.0.dist-info/LICENSE", True),
        ("oak-1.0.dist-info/LICENSE.txt", True),
        ("oak-1.0.dist-info/licenses/LICENSE", True),
        ("oak-1.0.dist-info/licenses/oak/vendored/LICENSE", False),
        ("oak/_vendor/elm-2.0.dist-info/LICENSE", False),
        ("oak/LICENSE", False),
    ],
)
def test_a_wheel_keeps_the_root_in_its_metadata(path: str, *, binds: bool) -> None:
    assert binds_repository(path) is binds
