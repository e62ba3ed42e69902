# SPDX-License-Identifier: Apache-2.0
"""CodeBuild: projects, the roles that builds act as, and secrets in their environments."""

from collections.abc import Iterator

from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import flag, rows, tags, text
from bartizan.sources.aws.facts.image import taking
from bartizan.sources.aws.facts.workload import role_arn, workload
from bartizan.sources.aws.service import Service

PROJECT = "AWS::CodeBuild::Project"
_NAME = "AWS::CodeBuild::ProjectName"

_CALLS = (
    Call(
        service="codebuild",
        operation="ListProjects",
        kind=_NAME,
        scope=Scope.REGION,
        items="projects[].{name: @}",
        id="join('', ['arn:', partition, ':codebuild:', region, ':', account, ':project/', "
        "item.name])",
    ),
    Call(
        service="codebuild",
        operation="BatchGetProjects",
        kind=PROJECT,
        scope=Scope.REGION,
        each=_NAME,
        parameters={"names": "[parent.name]"},
        items="projects",
        id="item.arn",
        secrets=(
            "environment.environmentVariables[].value",
            "source.buildspec",
            "secondarySources[].buildspec",
        ),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive workloads: whoever starts a build of a project runs code as its service role.

    Sources: https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    and, of the image that a build runs in,
    https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html
    """
    yield from rows(records, PROJECT, _project)


def _project(record: Record) -> Iterator[Row]:
    body = record.body
    row = workload(
        record,
        name=text(body, "name"),
        role=role_arn(record, text(body, "serviceRole")),
        running=True,
        tags=tags(body, "tags"),
        privileged=flag(body, "environment", "privilegedMode"),
        related={"source": text(body, "source", "location")},
    )
    yield taking(row, [text(body, "environment", "image")])


SERVICE = Service(name="CodeBuild", calls=_CALLS, normalise=normalise)
