# SPDX-License-Identifier: Apache-2.0
"""Definitions of jobs and queues of Batch: what a scan of them would give."""

import json

import pytest

from bartizan.model.facts.estate import Workload
from bartizan.model.secret import MARKER
from tests.fakes.new_objects import facts, laid, new
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change

BATCH = f"arn:aws:batch:{REGION}:{ACCOUNT}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
CANARY = "hunter2-canary-value"
CONTAINER = json.dumps(
    {
        "image": "app",
        "command": ["run", CANARY],
        "JobRoleArn": ROLE,
        "Environment": [{"Name": "PASSWORD", "Value": CANARY}],
        "logConfiguration": {"options": {"token": CANARY}},
    }
)
FIRST: Described = {
    "name": "app",
    "type": "container",
    "arn": f"{BATCH}:job-definition/app:1",
    "revision": 1,
    "container_properties": CONTAINER,
}


def workloads(*changes: Described) -> dict[str, Workload]:
    found = laid(*changes)
    assert not found.others
    return {row.arn: row for row in facts(found).rows(Workload)}


def test_new_ones_are_there_with_their_role() -> None:
    queue = new("aws_batch_job_queue.q", name="main", state="ENABLED")
    job = new("aws_batch_job_definition.j", "revision", name="app", container_properties=CONTAINER)

    found = workloads(queue, job)

    assert found[f"{BATCH}:job-definition/app:1"].role == ROLE
    assert found[f"{BATCH}:job-queue/main"].running


@pytest.mark.parametrize(("more", "left"), [({}, 1), ({"deregister_on_new_revision": False}, 2)])
def test_a_change_makes_another_revision(more: Described, left: int) -> None:
    made = laid(change("aws_batch_job_definition.j", after=FIRST))
    after = {**FIRST, **more, "type": "container", "arn": None, "revision": None}
    changed = change(
        "aws_batch_job_definition.j",
        before=FIRST,
        after=after,
        unknown={"arn": True, "revision": True},
    )

    found = laid(changed, records=tuple(made.overlay.of("AWS::Batch::JobDefinition")))

    names = [row.arn for row in facts(found).rows(Workload)]
    assert f"{BATCH}:job-definition/app:2" in names
    assert len(names) == left


def test_what_is_no_json_is_told() -> None:
    found = laid(
        change("aws_batch_job_definition.j", after={**FIRST, "container_properties": "{"})
    )

    assert [gap.operation for gap in found.gaps] == [
        "aws_batch_job_definition.j.container_properties"
    ]


def test_no_secret_of_it_is_kept() -> None:
    found = laid(change("aws_batch_job_definition.j", after=FIRST))

    whole = repr([record.body for record in found.overlay.of("AWS::Batch::JobDefinition")])
    assert CANARY not in whole
    assert MARKER in whole
