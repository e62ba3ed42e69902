# SPDX-License-Identifier: Apache-2.0
"""Which images services, tasks and definitions of ECS take."""

from bartizan.model.facts.estate import Workload
from bartizan.sources.aws.services import ecs
from tests.fakes.aws_records import arn, facts, record

DEFINITION = arn("ecs", "task-definition/f:1")
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:live"


def test_a_service_and_a_task_that_somebody_started_take_the_images_of_their_definition() -> None:
    cluster = arn("ecs", "cluster/c")
    found = facts(
        ecs.normalise,
        Workload,
        record(
            ecs.TASK_DEFINITION,
            DEFINITION,
            family="f",
            revision=1,
            containerDefinitions=[{"image": IMAGE}, {"image": "nginx"}],
        ),
        record(ecs.SERVICE_KIND, arn("ecs", "service/c/s"), taskDefinition=DEFINITION),
        record(ecs.TASK, arn("ecs", "task/c/1"), taskDefinitionArn=DEFINITION, group="family:f"),
        record(ecs.TASK, arn("ecs", "task/c/2"), taskDefinitionArn=DEFINITION, group="service:s",
               clusterArn=cluster),
    )  # fmt: skip

    image = "arn:aws:ecr:eu-west-1:123456789012:repository/app:live"
    assert {row.arn.rpartition(":")[2]: row.images for row in found} == {
        "1": (image,),
        "service/c/s": (image,),
        "task/c/1": (image,),
        # Its service starts the next one.
        "task/c/2": (),
    }
