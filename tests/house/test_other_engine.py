# SPDX-License-Identifier: Apache-2.0
"""The lock of the engine that tests run beside ours pins everything and names no address."""

import json

from tests.house import tree

LOCK = json.loads(tree.text(tree.ROOT / "tests/differential/package-lock.json"))
WANTED = json.loads(tree.text(tree.ROOT / "tests/differential/package.json"))["dependencies"]


def test_every_package_of_the_other_engine_is_pinned_by_its_hash_and_by_nothing_else() -> None:
    packages = {name: about for name, about in LOCK["packages"].items() if name}

    assert all(about["integrity"].startswith("sha512-") for about in packages.values())
    assert [name for name, about in packages.items() if "resolved" in about] == []


def test_the_lock_holds_the_very_versions_that_are_asked_for() -> None:
    held = {name: LOCK["packages"][f"node_modules/{name}"]["version"] for name in WANTED}

    assert held == WANTED


def test_nothing_of_the_package_knows_the_other_engine() -> None:
    for path in tree.files(suffix=".py"):
        if tree.name(path).startswith("src/"):
            assert "cloud-copilot/iam-simulate" not in tree.text(path)
