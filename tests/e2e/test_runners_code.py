# SPDX-License-Identifier: Apache-2.0
"""Code of what runs code, planned by Terraform without credentials, as the records of a scan."""

from pathlib import Path

from bartizan.model.record import RecordList
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.plan import read
from tests.fakes.fitting import misfits
from tests.fakes.terraform_code import needs_terraform, planned, write

CODE = Path(__file__).parent.parent / "cases" / "code" / "runners.tf"

pytestmark = needs_terraform


def test_plain_code_leaves_open_only_what_aws_alone_decides(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, CODE.read_text(encoding="utf-8")))

    found = lay([read(plan.content, "p")], RecordList(()), said={}, key=b"0" * 32)

    assert sorted(row.operation for row in found.gaps) == [
        "aws_db_cluster_snapshot.s.kms_key_id",
        "aws_eks_node_group.n.instances",
    ]
    assert found.others == {}
    assert misfits(found) == []
    # The ARN of an object whose type has no rule for it would be one of nothing real.
    assert [one.id for one in found.overlay.put.values() if ":predicted:" in one.id] == []
    assert "hunter2-canary" not in repr(found.overlay)
