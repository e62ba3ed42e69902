# SPDX-License-Identifier: Apache-2.0
"""Transfer Family: file servers and their users, with the roles that users reach files as.

Sources: https://docs.aws.amazon.com/transfer/latest/APIReference/API_ListedServer.html and
https://docs.aws.amazon.com/transfer/latest/APIReference/API_DescribedUser.html
"""

import functools
from collections.abc import Mapping

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep

_SERVER = "AWS::Transfer::Server"
_USER, _SUMMARY = "AWS::Transfer::User", "AWS::Transfer::UserSummary"

_kind = functools.partial(Kind, service="transfer")
_keep = functools.partial(keep, service="transfer")


def _server_names(thing: Thing) -> Mapping[str, str]:
    name = thing.made("s")
    return {"id": name, "arn": thing.here("transfer", f"server/{name}")}


def _server(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    arn = thing.arn("transfer", f"server/{name}")
    body: Body = {
        "ServerId": name,
        "Arn": arn,
        "State": "ONLINE",
        "Domain": thing.text("domain") or "S3",
        "EndpointType": thing.text("endpoint_type") or "PUBLIC",
        "IdentityProviderType": thing.text("identity_provider_type") or "SERVICE_MANAGED",
    }
    _keep(thing, draft, _SERVER, arn, body=body)


def _no_server(thing: Thing, draft: Draft) -> None:
    draft.drop(_SERVER, thing.arn("transfer", f"server/{thing.identity('id')}"))


def _user_arn(thing: Thing) -> str:
    server, name = thing.identity("server_id"), thing.identity("user_name")
    return thing.arn("transfer", f"user/{server}/{name}")


def _user(thing: Thing, draft: Draft) -> None:
    arn = _user_arn(thing)
    told: Body = {
        "Arn": arn,
        "UserName": thing.identity("user_name"),
        "Role": thing.text("role"),
        "HomeDirectory": thing.text("home_directory"),
        "HomeDirectoryType": thing.text("home_directory_type") or "PATH",
    }
    body: Body = {
        **told,
        "HomeDirectoryMappings": [
            {"Entry": one.text("entry"), "Target": one.text("target")}
            for one in thing.blocks("home_directory_mappings")
        ],
        "Policy": thing.document("policy"),
        "Tags": thing.tags(),
    }
    _keep(thing, draft, _SUMMARY, arn, body=told)
    _keep(thing, draft, _USER, arn, body=body)


def _no_user(thing: Thing, draft: Draft) -> None:
    for kind in (_SUMMARY, _USER):
        draft.drop(kind, _user_arn(thing))


KINDS = (
    _kind(
        type="aws_transfer_server",
        put=_server,
        take=_no_server,
        record=_SERVER,
        names=_server_names,
    ),
    _kind(type="aws_transfer_user", put=_user, take=_no_user, record=_USER, rank=1),
)
