# SPDX-License-Identifier: Apache-2.0
"""Launch configurations of Auto Scaling: as which role a group's machines act.

Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchConfiguration.html
"""

import base64

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing
from bartizan.sources.terraform.types.whole import Whole

_OPTIONS = (("HttpTokens", "http_tokens"), ("HttpEndpoint", "http_endpoint"))


def _configuration(thing: Thing, _draft: Draft) -> Body:
    options: dict[str, Json] = {}
    for block in thing.said_blocks("metadata_options"):
        options = {member: block.text(name) for member, name in _OPTIONS if block.said(name)}
    plain = base64.b64encode(thing.aside("user_data").encode()).decode()
    return {
        "LaunchConfigurationName": thing.name(),
        "IamInstanceProfile": thing.text("iam_instance_profile"),
        "MetadataOptions": options,
        "SecurityGroups": list[Json](thing.known_texts("security_groups") or ()),
        "UserData": thing.aside("user_data_base64") or plain,
    }


KINDS = (
    Whole(
        type="aws_launch_configuration",
        service="autoscaling",
        record="AWS::AutoScaling::LaunchConfiguration",
        resource="launchConfiguration:{token}:launchConfigurationName/{name}",
        body=_configuration,
        member="LaunchConfigurationARN",
        secrets=("UserData",),
    ).kind(),
)
