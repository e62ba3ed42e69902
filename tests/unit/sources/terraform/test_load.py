# SPDX-License-Identifier: Apache-2.0
"""What is read of states before records are made of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from bartizan.model.code_plan import CodePlan
from bartizan.sources.terraform.load import CodeSource, made_by_code
from bartizan.sources.terraform.value import Hidden
from tests.fakes.terraform_plan import plan

TOP = {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "outputs": {}}


def _never(folder: Path) -> CodePlan:
    raise AssertionError(folder)


def test_what_a_type_calls_sensitive_is_hidden_though_the_state_does_not_say_so(
    tmp_path: Path,
) -> None:
    attributes: dict[str, Any] = {"identifier": "d", "password": "hunter2", "username": "u"}
    resource = {
        "mode": "managed",
        "type": "aws_db_instance",
        "name": "d",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"attributes": attributes}],
    }
    place = tmp_path / "s.json"
    place.write_text(json.dumps({**TOP, "resources": [resource]}))

    source = CodeSource.read(
        [place],
        accounts={},
        key=b"",
        at="",
        code_plan=_never,
        beside=lambda *_: (),
        whole=True,
    )

    (change,) = source.plans[0].changes
    assert change.after == {"identifier": "d", "password": Hidden.SECRET, "username": "u"}


@pytest.mark.parametrize(
    ("content", "made"),
    [
        (json.dumps({**TOP, "resources": []}).encode(), True),
        (plan(), True),
        (b'{"format_version": "1.0", "values": {}}', True),
        (b'{"Buckets": []}', False),
        (b'{"configurationItems": []}', False),
        (b"[]", False),
        (b"", False),
    ],
)
def test_files_of_code_and_of_aws_tools_are_told_apart(
    tmp_path: Path, content: bytes, *, made: bool
) -> None:
    place = tmp_path / "f.json"
    place.write_bytes(content)

    assert made_by_code(place) is made


def test_folders_of_code_and_of_dumps_are_told_apart(tmp_path: Path) -> None:
    assert not made_by_code(tmp_path)

    (tmp_path / "main.tf").write_text("")

    assert made_by_code(tmp_path)
    assert not made_by_code(tmp_path / "none")
