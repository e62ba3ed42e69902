# SPDX-License-Identifier: Apache-2.0
"""App Runner: services, the roles that they act as, and what they are given.

Source: https://docs.aws.amazon.com/apprunner/latest/api/API_Service.html
"""

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing
from bartizan.sources.terraform.types.whole import Whole

_CODE = "SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues"
_IMAGE = "SourceConfiguration.ImageRepository.ImageConfiguration"


def _service(thing: Thing, _draft: Draft) -> Body:
    body: Body = {
        "ServiceName": thing.text("service_name"),
        "Status": "RUNNING",
        "InstanceConfiguration": {},
        # Where the code says nothing, anybody may call it.
        "NetworkConfiguration": {"IngressConfiguration": {"IsPubliclyAccessible": _public(thing)}},
        "SourceConfiguration": {},
    }
    if thing.said("service_url"):
        body["ServiceUrl"] = thing.text("service_url")
    for block in thing.said_blocks("instance_configuration"):
        body["InstanceConfiguration"] = {"InstanceRoleArn": block.text("instance_role_arn")}
    for block in thing.blocks("source_configuration"):
        body["SourceConfiguration"] = _source(block)
    return body


def _public(thing: Thing) -> bool:
    """Tell whether anybody may call a service.

    Source: https://docs.aws.amazon.com/apprunner/latest/api/API_IngressConfiguration.html
    """
    ingress = [
        one
        for network in thing.said_blocks("network_configuration")
        for one in network.said_blocks("ingress_configuration")
        if one.said("is_publicly_accessible")
    ]
    return all(one.flag("is_publicly_accessible") for one in ingress)


def _source(block: Thing) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for one in block.blocks("authentication_configuration"):
        found["AuthenticationConfiguration"] = {"AccessRoleArn": one.text("access_role_arn")}
    for one in block.blocks("image_repository"):
        held = [_given(two) for two in one.blocks("image_configuration")]
        found["ImageRepository"] = {
            "ImageIdentifier": one.text("image_identifier"),
            "ImageConfiguration": held[0] if held else {},
        }
    for one in block.blocks("code_repository"):
        values = [
            {**_given(three), "BuildCommand": three.aside("build_command")}
            for two in one.blocks("code_configuration")
            for three in two.blocks("code_configuration_values")
        ]
        found["CodeRepository"] = {
            "RepositoryUrl": one.text("repository_url"),
            "CodeConfiguration": {"CodeConfigurationValues": values[0] if values else {}},
        }
    return found


def _given(block: Thing) -> dict[str, Json]:
    return {
        "RuntimeEnvironmentVariables": block.variables("runtime_environment_variables"),
        "StartCommand": block.aside("start_command"),
    }


_SERVICE = Whole(
    type="aws_apprunner_service",
    service="apprunner",
    record="AWS::AppRunner::Service",
    resource="service/{name}/{token}",
    body=_service,
    name="service_name",
    member="ServiceArn",
    id="arn",
    listing="AWS::AppRunner::ServiceSummary",
    listed=("ServiceArn", "ServiceName", "Status"),
    secrets=(
        f"{_CODE}.RuntimeEnvironmentVariables.*",
        f"{_CODE}.BuildCommand",
        f"{_CODE}.StartCommand",
        f"{_IMAGE}.RuntimeEnvironmentVariables.*",
        f"{_IMAGE}.StartCommand",
    ),
)

KINDS = (_SERVICE.kind(),)
