# SPDX-License-Identifier: Apache-2.0
"""Documents and associations of Systems Manager: what a scan of them would give."""

from typing import Any

from bartizan.model.facts.estate import Association
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import facts, laid, new, only, operations
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change, referring

PLACE = f"arn:aws:ssm:{REGION}:{ACCOUNT}"
CANARY = "hunter2-canary-value"
DOCUMENT = new("aws_ssm_document.d", name="patch", document_type="Command", content=CANARY)


def association(**more: Any) -> Described:  # noqa: ANN401 - passed on
    held = {"name": "patch", "targets": [{"key": "InstanceIds", "values": ["i-1"]}], **more}
    return new("aws_ssm_association.a", "association_id", "document_version", **held)


def test_a_new_association_runs_the_default_version_on_its_targets() -> None:
    found = laid(DOCUMENT, association(parameters={"commands": CANARY}))

    row = only(found, Association)
    assert (row.document, row.version) == (f"{PLACE}:document/patch", "$DEFAULT")
    assert row.targets == ("InstanceIds=i-1",)
    assert row.arn.startswith(f"{PLACE}:association/")
    assert (found.gaps, misfits(found)) == ((), [])
    assert "canary" not in repr(found)


def test_an_automation_runs_on_no_host() -> None:
    auto = new("aws_ssm_document.d", name="patch", document_type="Automation", content="{}")

    assert facts(laid(auto, association())).rows(Association) == ()


def test_what_an_association_runs_and_where_must_be_known() -> None:
    held = {"name": "patch", "document_version": "$LATEST", "association_id": "x", "arn": "arn:x"}
    before = held | {"targets": [{"key": "InstanceIds", "values": ["i-1"]}]}

    found = laid(
        change(
            "aws_ssm_association.a",
            before=before,
            after=held | {"targets": [{"key": "InstanceIds"}]},
            unknown={"targets": [{"values": True}]},
        )
    )

    assert operations(found) == ["aws_ssm_association.a.targets[0].values"]


def test_a_new_document_is_found_by_its_arn() -> None:
    refers = {"name": referring("aws_ssm_document.d.arn")}
    targets = [{"key": "tag:Role", "values": ["web"]}]

    found = laid(DOCUMENT, new("aws_ssm_association.a", refers=refers, targets=targets))

    assert only(found, Association).document == f"{PLACE}:document/patch"
    assert found.gaps == ()
