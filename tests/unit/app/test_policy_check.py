# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from bartizan.app.policy_check import policy_check
from bartizan.errors import InputError

TEXT = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
)


def test_each_file_is_checked_under_its_name(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(TEXT)

    found = policy_check([tmp_path / "b.json", tmp_path / "a.json"], kind="scp")

    assert [policy.name for policy in found.policies] == [
        str(tmp_path / "b.json"),
        str(tmp_path / "a.json"),
    ]
    assert {policy.type for policy in found.policies} == {"scp"}


def test_every_rule_is_noted_in_the_order_of_ids(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(TEXT)

    ids = [note.id for note in policy_check([tmp_path / "p.json"]).rules]

    assert ids == sorted(ids)
    assert "allows-everything" in ids


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        policy_check([tmp_path / "none.json"])

    assert list(caught.value.diagnostics())[1] == f"  --> {tmp_path}/none.json"
