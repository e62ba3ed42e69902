# SPDX-License-Identifier: Apache-2.0
"""Builds the example organisation through the AWS API of an emulator, account by account."""

from collections.abc import Mapping
from typing import Any

import boto3
from msgspec import Struct

from bartizan.example.description import REGION, Description, fill
from bartizan.example.site import Site
from bartizan.example.things import SECTIONS, guardrail

ROLE = "OrganizationAccountAccessRole"
"""What AWS puts into every account that an organisation makes."""

_LOOPBACK = ("http://127.0.0.1:", "http://localhost:", "http://[::1]:")


class Planted(Struct, frozen=True, kw_only=True):
    """What came to be."""

    names: Mapping[str, str]
    """Name of each account, `vendor` and `organization`, and `section:name` of what AWS calls by
    an id of its own, to that id."""


def plant(description: Description, endpoint: str) -> Planted:
    """Build the example at `endpoint`, which must be an emulator on this machine.

    Raises:
        ValueError: `endpoint` is not on the loopback interface.
    """
    if not endpoint.startswith(_LOOPBACK):
        message = f"the example is only ever built on this machine, not at `{endpoint}`"
        raise ValueError(message)
    root = boto3.Session("testing", "testing", region_name=REGION)
    names = _organization(description, root, endpoint)
    keys: dict[str, tuple[str, str]] = {}
    made: dict[str, str] = {}
    for name, part in description.accounts.items():
        session = root if name == "management" else _enter(root, endpoint, names[name])
        site = Site(session, endpoint, names[name], keys, made)
        for section, make in SECTIONS.items():
            for one in fill(part.get(section, []), names):
                make(site, one)
    return Planted(names={**names, **made})


def _organization(
    description: Description, root: boto3.Session, endpoint: str
) -> Mapping[str, str]:
    """Make units and accounts, then guardrails; return the ids of all that has a name."""
    client = root.client("organizations", endpoint_url=endpoint)
    made = client.create_organization(FeatureSet="ALL")["Organization"]
    top = client.list_roots()["Roots"][0]["Id"]
    targets = {"root": top}
    for unit in description.organization["units"]:
        above, _, last = unit.rpartition("/")
        parent = targets[above] if above else top
        answer = client.create_organizational_unit(ParentId=parent, Name=last)
        targets[unit] = answer["OrganizationalUnit"]["Id"]
    names = {
        "organization": made["Id"],
        "management": made["MasterAccountId"],
        "vendor": description.organization["vendor"],
    }
    for name, part in description.accounts.items():
        if name != "management":
            names[name] = _account(client, name, top, targets[part["unit"]])
    _guardrails(description, client, names, targets)
    return names


def _account(client: Any, name: str, top: str, unit: str) -> str:  # noqa: ANN401 - boto3's clients have no types
    status = client.create_account(Email=f"{name}@harbour.example", AccountName=name)
    account = str(status["CreateAccountStatus"]["AccountId"])
    client.move_account(AccountId=account, SourceParentId=top, DestinationParentId=unit)
    return account


def _guardrails(
    description: Description,
    client: Any,  # noqa: ANN401 - boto3's clients have no types
    names: Mapping[str, str],
    targets: Mapping[str, str],
) -> None:
    for section, kind in (
        ("scp", "SERVICE_CONTROL_POLICY"),
        ("rcp", "RESOURCE_CONTROL_POLICY"),
    ):
        client.enable_policy_type(RootId=targets["root"], PolicyType=kind)
        for part in fill(description.organization[section], names):
            guardrail(client, kind, part, targets)


def _enter(root: boto3.Session, endpoint: str, account: str) -> boto3.Session:
    answer = root.client("sts", endpoint_url=endpoint).assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{ROLE}", RoleSessionName="plant"
    )["Credentials"]
    return boto3.Session(
        answer["AccessKeyId"],
        answer["SecretAccessKey"],
        answer["SessionToken"],
        region_name=REGION,
    )
