# SPDX-License-Identifier: Apache-2.0
"""The switch that keeps the Internet out of all networks of an account in a region, and what it
leaves alone.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
"""

import functools
from collections.abc import Iterable

from bartizan.model.record import Record
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing, UntoldError, keep
from bartizan.sources.terraform.types.ec2 import (
    EXCLUSION,
    SERVICE,
    SUBNET,
    VPC,
    drop,
    kind_of,
    names,
    peek,
    put,
    text_of,
)

_BLOCK = "AWS::EC2::VPCBlockPublicAccessOptions"
_NAME, _MODE, _OFF = "vpc-block-public-access-options", "InternetGatewayBlockMode", "off"

_keep = functools.partial(keep, service=SERVICE)


def turn_off(draft: Draft, records: Iterable[Record]) -> None:
    """Put that the switch is off, as it is until somebody turns it on, wherever records tell of
    networks and none of the switch.
    """
    held = list(records)
    told = {(one.account, one.region) for one in held if one.kind == _BLOCK}
    for one in held:
        if one.kind == VPC and (one.account, one.region) not in told:
            told.add((one.account, one.region))
            name = f"{one.id.rpartition(':')[0]}:{_NAME}"
            place = {"service": SERVICE, "account": one.account, "region": one.region}
            draft.put(_BLOCK, name, {_MODE: _OFF}, **place)


def _block(thing: Thing, draft: Draft) -> None:
    _switch(thing, draft, thing.text("internet_gateway_block_mode"))


def _no_block(thing: Thing, draft: Draft) -> None:
    # There is always a switch: to take its object away is to turn it off.
    _switch(thing, draft, _OFF)


def _switch(thing: Thing, draft: Draft, mode: str) -> None:
    body: Body = {_MODE: mode, "State": "update-complete"}
    _keep(thing, draft, _BLOCK, thing.here(SERVICE, _NAME), body=body)


def _exclusion(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    body: Body = {
        "ExclusionId": name,
        "ResourceArn": _left_alone(thing, draft),
        "InternetGatewayExclusionMode": thing.text("internet_gateway_exclusion_mode"),
        "State": "create-complete",
        "Tags": thing.tags(),
    }
    put(thing, draft, (EXCLUSION, name), body)


def _left_alone(thing: Thing, draft: Draft) -> str:
    """Return the ARN of the network or the subnet that an exclusion is about.

    Raises:
        UntoldError: nothing tells which it is.
    """
    for argument, kind, noun in (("vpc_id", VPC, "vpc"), ("subnet_id", SUBNET, "subnet")):
        if thing.said(argument):
            name = thing.identity(argument)
            owner = text_of(peek(draft, kind, name), "OwnerId") or thing.account()
            own = thing.here(SERVICE, f"{noun}/{name}")
            return own.replace(f":{thing.account()}:", f":{owner}:", 1)
    raise UntoldError("vpc_id")


KINDS = (
    kind_of(type="aws_vpc_block_public_access_options", put=_block, take=_no_block, record=_BLOCK),
    kind_of(
        type="aws_vpc_block_public_access_exclusion",
        put=_exclusion,
        take=drop(EXCLUSION),
        record=EXCLUSION,
        rank=3,
        names=names(EXCLUSION),
    ),
)
