# SPDX-License-Identifier: Apache-2.0
"""As whom jobs of Batch run, and which queues take them."""

import json

import pytest

from bartizan.model.facts.estate import Workload
from bartizan.model.record import Json
from bartizan.model.redact import redact
from bartizan.sources.aws.services import batch
from tests.fakes.aws_records import ACCOUNT, arn, facts, record

ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
JOB, QUEUE = arn("batch", "job-definition/j:2"), arn("batch", "job-queue/q")
CANARY = "hunter2-canary-value"


def definition(**body: Json) -> Workload:
    (found,) = facts(batch.normalise, Workload, record(batch.DEFINITION, JOB, **body))
    return found


@pytest.mark.parametrize(
    "body",
    [
        {"containerProperties": {"jobRoleArn": ROLE}},
        {"containerProperties": {"jobRoleArn": "r"}},
        {"ecsProperties": {"taskProperties": [{"taskRoleArn": ROLE}]}},
        {"nodeProperties": {"nodeRangeProperties": [{"container": {"jobRoleArn": ROLE}}]}},
    ],
)
def test_a_job_runs_as_the_role_of_its_definition(body: dict[str, Json]) -> None:
    found = definition(**body, tags={"team": "a"})

    assert (found.arn, found.name, found.role) == (JOB, "j:2", ROLE)
    assert found.tags == {"team": "a"}
    assert not found.privileged


def test_a_container_of_it_may_have_the_powers_of_its_host() -> None:
    tasks: Json = {"taskProperties": [{"containers": [{"privileged": True}]}]}

    assert definition(containerProperties={"privileged": True}).privileged
    assert definition(ecsProperties=tasks).privileged


@pytest.mark.parametrize(("state", "takes"), [("ENABLED", True), ("DISABLED", False)])
def test_a_queue_takes_jobs_where_it_is_switched_on(state: str, *, takes: bool) -> None:
    queue = record(batch.QUEUE, QUEUE, jobQueueName="q", state=state)

    (found,) = facts(batch.normalise, Workload, queue)

    assert (found.name, found.role, found.running) == ("q", "", takes)


def test_nothing_that_a_definition_hides_is_kept() -> None:
    container: dict[str, Json] = {
        "command": ["run", CANARY],
        "environment": [{"name": "PASSWORD", "value": CANARY}],
        "logConfiguration": {"options": {"token": CANARY}},
    }
    pod: Json = {"env": [{"name": "P", "value": CANARY}], "command": [CANARY], "args": [CANARY]}
    pods: Json = {"podProperties": {"containers": [pod], "initContainers": [pod]}}
    tasks: Json = {
        "taskProperties": [
            {"containers": [{**container, "firelensConfiguration": {"options": {"a": CANARY}}}]}
        ]
    }
    body: dict[str, Json] = {
        "parameters": {"password": CANARY},
        "containerProperties": container,
        "ecsProperties": tasks,
        "eksProperties": pods,
        "nodeProperties": {
            "nodeRangeProperties": [
                {"container": container, "ecsProperties": tasks, "eksProperties": pods}
            ]
        },
    }

    assert CANARY not in json.dumps(redact(body, batch.SECRETS, key=b"k"))
