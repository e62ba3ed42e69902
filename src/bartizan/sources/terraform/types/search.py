# SPDX-License-Identifier: Apache-2.0
"""OpenSearch: search domains, and the interfaces that they have in networks.

Source: https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DomainStatus.html
"""

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep
from bartizan.sources.terraform.types.ec2 import (
    INTERFACE,
    SUBNET,
    bodies,
    objects_of,
    peek,
    text_of,
)
from bartizan.sources.terraform.types.interface import chosen_groups, new_interface
from bartizan.sources.terraform.value import Hidden

_ANONYMOUS = "anonymous_auth_enabled"
_NAME, _DOMAIN = "AWS::OpenSearchService::DomainName", "AWS::OpenSearchService::Domain"


def _arn(thing: Thing) -> str:
    return thing.arn("es", f"domain/{thing.identity('domain_name')}")


def _told(thing: Thing) -> str:
    """Return what stands beside the interfaces of a domain.

    Source: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html
    """
    return f"ES {thing.identity('domain_name')}"


def _domain(thing: Thing, draft: Draft) -> None:
    arn, name = _arn(thing), thing.identity("domain_name")
    body: Body = {"DomainName": name, "ARN": arn, "Deleted": False, "VPCOptions": None}
    for block in thing.blocks("advanced_security_options"):
        anonymous = block.flag(_ANONYMOUS) if block.said(_ANONYMOUS) else False
        body["AdvancedSecurityOptions"] = {
            "Enabled": block.flag("enabled"),
            "AnonymousAuthEnabled": anonymous,
        }
    fresh = not draft.peek(_DOMAIN, arn)
    for block in thing.blocks("vpc_options"):
        subnets = sorted(block.texts("subnet_ids"))
        first = subnets[0] if subnets else ""
        groups = sorted(chosen_groups(block, draft, first, "security_group_ids"))
        body["VPCOptions"] = {
            "VPCId": text_of(peek(draft, SUBNET, first), "VpcId"),
            "SubnetIds": [*subnets],
            "SecurityGroupIds": [*groups],
        }
        if fresh:
            _stand(thing, draft, subnets, groups)
        else:
            _change(thing, draft, set(subnets), groups)
    keep(thing, draft, _NAME, arn, body={"DomainName": name}, service="opensearch")
    keep(thing, draft, _DOMAIN, arn, body=body, service="opensearch")


def _stand(thing: Thing, draft: Draft, subnets: list[str], groups: list[str]) -> None:
    """Give a domain an interface in each of its subnets."""
    for subnet in subnets:
        digest = thing.made(f"eni-{subnet}").rpartition("-")[2]
        new_interface(
            thing,
            draft,
            name=f"eni-{digest}",
            subnet=subnet,
            groups=groups,
            RequesterManaged=True,
            Status="in-use",
            Description=_told(thing),
        )


def _interfaces(thing: Thing, draft: Draft) -> list[str]:
    """Return the records of a domain's interfaces, in its account."""
    return [
        one
        for one in draft.matching(INTERFACE, _told(thing), "Description")
        if draft.peek(INTERFACE, one).get("OwnerId") == thing.account()
    ]


def _change(thing: Thing, draft: Draft, subnets: set[str], groups: list[str]) -> None:
    """Change the groups of a domain's interfaces; what moves to other subnets is told."""
    found = _interfaces(thing, draft)
    if {text_of(draft.peek(INTERFACE, one), "SubnetId") for one in found} != subnets:
        thing.gaps["vpc_options[0].subnet_ids"] = Hidden.UNKNOWN
        return
    for one in found:
        held = {
            text_of(group, "GroupId") for group in objects_of(draft.peek(INTERFACE, one), "Groups")
        }
        if held != set(groups):
            for body in bodies(draft, INTERFACE, one.rpartition("/")[2], "vpc_options"):
                body["Groups"] = [{"GroupId": group} for group in groups]


def _no_domain(thing: Thing, draft: Draft) -> None:
    for kind in (_DOMAIN, _NAME):
        draft.drop(kind, _arn(thing))
    for one in _interfaces(thing, draft):
        draft.drop(INTERFACE, one)


KINDS = (
    Kind(
        type="aws_opensearch_domain",
        put=_domain,
        take=_no_domain,
        record=_DOMAIN,
        service="opensearch",
        rank=4,
        names=lambda thing: {"arn": _arn(thing), "id": _arn(thing)},
    ),
)
