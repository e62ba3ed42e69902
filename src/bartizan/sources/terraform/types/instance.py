# SPDX-License-Identifier: Apache-2.0
"""Instances, each with its first interface, and what starts them: templates and groups.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html,
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateVersion.html and
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
"""

import base64
import functools
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.model.redact import redact
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep
from bartizan.sources.terraform.types.ec2 import (
    INSTANCE,
    INTERFACE,
    SUBNET,
    arn,
    drop,
    kind_of,
    names,
    peek,
    put,
)
from bartizan.sources.terraform.types.interface import (
    attach,
    chosen_groups,
    ipv6_of,
    new_interface,
    primary_of,
    show,
)
from bartizan.sources.terraform.value import Hidden

_TEMPLATE, _VERSION = "AWS::EC2::LaunchTemplate", "AWS::EC2::LaunchTemplateVersion"
_USER_DATA, _GROUP = "AWS::EC2::InstanceUserData", "AWS::AutoScaling::AutoScalingGroup"
_TEMPLATED = (
    "associate_public_ip_address",
    "iam_instance_profile",
    "metadata_options",
    "vpc_security_group_ids",
)
"""What a launch template may say of an instance."""
_OPTIONS = (
    ("HttpEndpoint", "http_endpoint"),
    ("HttpTokens", "http_tokens"),
)


def _names(thing: Thing) -> Mapping[str, str]:
    name = thing.made("i")
    return {
        "id": name,
        "arn": arn(thing, INSTANCE, name),
        "primary_network_interface_id": thing.made("eni"),
    }


def _metadata(thing: Thing, *, role: bool) -> Json:
    """Return how the metadata service of a machine answers; only where the machine has a role it
    matters what the image and the account's settings would choose.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
    """
    value = thing.values.get("metadata_options")
    if not isinstance(value, list) or not value:
        if role:
            thing.gaps[f"{thing.within}metadata_options"] = Hidden.UNKNOWN
        return {}
    found: dict[str, Json] = {}
    for block in thing.blocks("metadata_options"):
        found |= {member: block.text(name) for member, name in _OPTIONS if block.said(name)}
        if block.said("http_put_response_hop_limit"):
            found["HttpPutResponseHopLimit"] = block.number("http_put_response_hop_limit")
    return found


def _instance(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    held = peek(draft, INSTANCE, name)
    profile = thing.text("iam_instance_profile") if thing.said("iam_instance_profile") else ""
    body: Body = {"InstanceId": name, "Tags": thing.tags()}
    if not held or thing.said("iam_instance_profile") or _cleared(thing, "iam_instance_profile"):
        body["IamInstanceProfile"] = {"Name": profile} if profile else None
    if not held or thing.said("metadata_options"):
        body["MetadataOptions"] = _metadata(thing, role=bool(profile))
    if not held:
        body["State"] = {"Name": "running"}
        _templated(thing)
    put(thing, draft, (INSTANCE, name), body)
    _user_data(thing, draft, name)
    if held:
        _regroup(thing, draft, name)
    else:
        _first_interface(thing, draft, name)


def _cleared(thing: Thing, argument: str) -> bool:
    """Tell whether an argument will surely have no value."""
    return argument in thing.values and thing.values[argument] is None


def _templated(thing: Thing) -> None:
    """Tell what a template will say of a new instance where the code does not."""
    if thing.blocks("launch_template"):
        for argument in _TEMPLATED:
            if not thing.said(argument):
                thing.gaps[argument] = Hidden.UNKNOWN


def _user_data(thing: Thing, draft: Draft, name: str) -> None:
    """Put what a machine runs when it starts; what may be a secret in it does not stay."""
    text = thing.text("user_data") if thing.said("user_data") else ""
    encoded = thing.text("user_data_base64") if thing.said("user_data_base64") else ""
    if text or encoded:
        value = encoded or base64.b64encode(text.encode()).decode()
        body = redact({"UserData": {"Value": value}}, ("UserData",), key=draft.key)
        keep(thing, draft, _USER_DATA, arn(thing, INSTANCE, name), body=body, service="ec2")


def _regroup(thing: Thing, draft: Draft, name: str) -> None:
    """Change the groups of an instance that is there, which are those of its first interface."""
    interface = primary_of(draft, name)
    written = thing.written is None or "vpc_security_group_ids" in thing.written
    if not written or not thing.said("vpc_security_group_ids"):
        return
    if not interface:
        raise UntoldError("primary_network_interface_id")
    groups = sorted(thing.members("vpc_security_group_ids"))
    body: Body = {"Groups": [{"GroupId": one} for one in groups]}
    if thing.said("source_dest_check"):
        body["SourceDestCheck"] = thing.flag("source_dest_check")
    put(thing, draft, (INTERFACE, interface), body)


def _first_interface(thing: Thing, draft: Draft, name: str) -> None:
    """Give a new instance its interface: one that the code makes apart, or one of its own."""
    owner = thing.account()
    apart = [
        (block.text("network_interface_id"), block.number("device_index"))
        for argument in ("primary_network_interface", "network_interface")
        for block in thing.blocks(argument)
        if block.said("network_interface_id")
    ]
    for one, index in apart:
        attach(draft, one, name, index, owner=owner)
    if apart:
        held = peek(draft, INTERFACE, min(apart, key=lambda one: one[1])[0])
        _place(thing, draft, name, held)
        return
    subnet = thing.identity("subnet_id")
    shown = _is_shown(thing, draft, subnet)
    groups = chosen_groups(thing, draft, subnet, "vpc_security_group_ids", "security_groups")
    sixes = ipv6_of(thing, draft, subnet)
    interface = thing.identity("primary_network_interface_id")
    new_interface(
        thing,
        draft,
        name=interface,
        subnet=subnet,
        groups=groups,
        address=thing.text("private_ip") if thing.said("private_ip") else "",
        SourceDestCheck=not thing.said("source_dest_check") or thing.flag("source_dest_check"),
        Status="in-use",
        Ipv6Addresses=sixes,
        TagSet=[],
    )
    attach(draft, interface, name, 0, owner=owner)
    if shown:
        known = thing.text("public_ip") if thing.said("public_ip") else ""
        show(draft, interface, "public_ip", wanted=True, address=known)
    _place(thing, draft, name, peek(draft, INTERFACE, interface))


def _is_shown(thing: Thing, draft: Draft, subnet: str) -> bool:
    """Tell whether an instance has a public address, if the code or its subnet says so.

    Raises:
        UntoldError: neither tells.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html#vpc-public-ipv4-addresses
    """
    if thing.said("associate_public_ip_address"):
        return thing.settled("associate_public_ip_address")
    held = peek(draft, SUBNET, subnet)
    if held and held.get("MapPublicIpOnLaunch", False) is None:
        raise UntoldError("associate_public_ip_address")
    return held.get("MapPublicIpOnLaunch") is True


def _place(thing: Thing, draft: Draft, name: str, interface: Mapping[str, Json]) -> None:
    """Say in an instance's record where its first interface is."""
    told = interface.get("Association")
    body: Body = {
        member: interface.get(member) for member in ("SubnetId", "VpcId", "PrivateIpAddress")
    }
    if isinstance(told, dict):
        body["PublicIpAddress"] = told.get("PublicIp")
    put(thing, draft, (INSTANCE, name), body)


def _no_instance(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    drop(INSTANCE)(thing, draft)
    for one in list(draft.matching(INTERFACE, name, "Attachment", "InstanceId")):
        attachment = draft.peek(INTERFACE, one).get("Attachment")
        if not isinstance(attachment, dict):
            continue
        if attachment.get("DeleteOnTermination", attachment.get("DeviceIndex") == 0):
            draft.drop(INTERFACE, one)
        else:
            body = draft.body(INTERFACE, one) or {}
            body.pop("Attachment", None)
            body["Status"] = "available"


def _template(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    held = peek(draft, _TEMPLATE, name)
    latest = held.get("LatestVersionNumber")
    number = latest + 1 if isinstance(latest, int) else 1
    body: Body = {
        "LaunchTemplateId": name,
        "LaunchTemplateName": thing.called(),
        "LatestVersionNumber": number,
        "Tags": thing.tags(),
    }
    default = not held or thing.flag("update_default_version")
    if default:
        body["DefaultVersionNumber"] = number
    put(thing, draft, (_TEMPLATE, name), body)
    version = f"{arn(thing, _TEMPLATE, name)}#{number}"
    told: Body = {
        "LaunchTemplateId": name,
        "VersionNumber": number,
        "DefaultVersion": default,
        "LaunchTemplateData": _data(thing),
    }
    clean = redact(told, ("LaunchTemplateData.UserData",), key=draft.key)
    keep(thing, draft, _VERSION, version, body=clean, service="ec2")


def _data(thing: Thing) -> dict[str, Json]:
    profile: dict[str, Json] = {}
    for block in thing.blocks("iam_instance_profile"):
        pairs = (("Arn", "arn"), ("Name", "name"))
        profile = {member: block.text(name) for member, name in pairs if block.said(name)}
    found: dict[str, Json] = {"MetadataOptions": _metadata(thing, role=bool(profile))}
    if profile:
        found["IamInstanceProfile"] = profile
    if thing.said("user_data"):
        found["UserData"] = thing.text("user_data")
    # Where some are hidden, which ones a machine is in is not known.
    if (groups := thing.known_texts("vpc_security_group_ids")) is not None:
        found["SecurityGroupIds"] = list[Json](groups)
    cards = [block.known_texts("security_groups") for block in thing.blocks("network_interfaces")]
    if cards and None not in cards:
        found["NetworkInterfaces"] = [{"Groups": list[Json](one or ())} for one in cards]
    return found


def _no_template(thing: Thing, draft: Draft) -> None:
    for one in draft.found(_TEMPLATE, thing.identity("id")):
        for version in [v for v in draft.held(_VERSION) if v.startswith(f"{one}#")]:
            draft.drop(_VERSION, version)
        draft.drop(_TEMPLATE, one)


def _group_of(thing: Thing, draft: Draft) -> tuple[str, Mapping[str, Json]]:
    """Return ARN and record of a group; both are made of its name where it is new."""
    name, known = thing.called(), thing.values.get("arn")
    thing.account()
    made = thing.place.arn(
        "autoscaling",
        f"autoScalingGroup:{thing.predicted()}:autoScalingGroupName/{name}",
        region=True,
    )
    found = known if isinstance(known, str) and known else made
    return found, draft.peek(_GROUP, found)


def _group(thing: Thing, draft: Draft) -> None:
    """Put a group. Which machines it will start nobody can tell, so it is said where that may
    matter: for a new group, and where what it starts changes.
    """
    name, held = _group_of(thing, draft)
    body: Body = {"AutoScalingGroupName": thing.called(), "AutoScalingGroupARN": name}
    for block in thing.blocks("launch_template"):
        body["LaunchTemplate"] = {
            "LaunchTemplateId": block.text("id"),
            "Version": block.text("version") if block.said("version") else "$Default",
        }
    if thing.said("launch_configuration"):
        body["LaunchConfigurationName"] = thing.text("launch_configuration")
    zones = thing.texts("vpc_zone_identifier") if thing.said("vpc_zone_identifier") else []
    if zones:
        body["VPCZoneIdentifier"] = ",".join(sorted(zones))
    capacity = max(thing.number("desired_capacity"), thing.number("min_size"))
    body["DesiredCapacity"] = capacity
    mixed = bool(thing.blocks("mixed_instances_policy"))
    same = (
        held
        and not mixed
        and all(
            held.get(member) == body.get(member)
            for member in ("LaunchTemplate", "LaunchConfigurationName", "VPCZoneIdentifier")
        )
    )
    if not same and (capacity or thing.number("max_size")):
        thing.gaps["instances"] = Hidden.UNKNOWN
    _keep(thing, draft, _GROUP, name, body=body)


_keep = functools.partial(keep, service="autoscaling")


KINDS = (
    kind_of(
        type="aws_instance",
        put=_instance,
        take=_no_instance,
        record=INSTANCE,
        rank=5,
        names=_names,
    ),
    kind_of(
        type="aws_launch_template",
        put=_template,
        take=_no_template,
        record=_TEMPLATE,
        names=names(_TEMPLATE),
    ),
    Kind(
        type="aws_autoscaling_group",
        put=_group,
        take=lambda thing, draft: draft.drop(_GROUP, _group_of(thing, draft)[0]),
        record=_GROUP,
        service="autoscaling",
        rank=1,
    ),
)
