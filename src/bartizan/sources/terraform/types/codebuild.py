# SPDX-License-Identifier: Apache-2.0
"""CodeBuild: projects, the roles that builds act as, and what they are given.

Source: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Project.html
"""

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing
from bartizan.sources.terraform.types.whole import Whole


def _project(thing: Thing, _draft: Draft) -> Body:
    body: Body = {
        "name": thing.name(),
        "serviceRole": thing.text("service_role"),
        "tags": thing.tags("key", "value"),
        "secondarySources": [_source(one) for one in thing.blocks("secondary_sources")],
    }
    for block in thing.blocks("environment"):
        body["environment"] = _environment(block)
    for block in thing.blocks("source"):
        body["source"] = _source(block)
    return body


def _environment(block: Thing) -> dict[str, Json]:
    variables: list[Json] = [
        {
            "name": one.aside("name"),
            "value": one.aside("value"),
            "type": one.aside("type") or "PLAINTEXT",
        }
        for one in block.blocks("environment_variable")
    ]
    return {
        "image": block.text("image"),
        "privilegedMode": block.flag("privileged_mode"),
        "environmentVariables": variables,
    }


def _source(block: Thing) -> dict[str, Json]:
    found: dict[str, Json] = {
        "type": block.text("type"),
        "location": block.text("location"),
        "buildspec": block.aside("buildspec"),
    }
    return found


_PROJECT = Whole(
    type="aws_codebuild_project",
    service="codebuild",
    record="AWS::CodeBuild::Project",
    resource="project/{name}",
    body=_project,
    member="arn",
    id="arn",
    listing="AWS::CodeBuild::ProjectName",
    listed=("name",),
    secrets=(
        "environment.environmentVariables[].value",
        "source.buildspec",
        "secondarySources[].buildspec",
    ),
)

KINDS = (_PROJECT.kind(),)
