# SPDX-License-Identifier: Apache-2.0
"""Organizations: units, the guardrails over them, and accounts that administer for all.

Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
"""

import functools
from collections.abc import Iterator, Mapping

from bartizan.model.arn import account_of
from bartizan.model.facts.organization import Delegation, Unit
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import flag, mapping, rows, text
from bartizan.sources.aws.service import Service

ORGANIZATION = "AWS::Organizations::Organization"
ROOT = "AWS::Organizations::Root"
UNIT = "AWS::Organizations::OrganizationalUnit"
ACCOUNT = "AWS::Organizations::Account"
CHILD = "AWS::Organizations::Child"
"""Who is right below whom: its id is `<parent>/<child>`, as the answer names no parent."""
SUMMARY = "AWS::Organizations::PolicySummary"
POLICY = "AWS::Organizations::Policy"
TARGET = "AWS::Organizations::PolicyTarget"
"""The record's id is `<ARN of the policy>/<id of the target>`."""
ADMINISTRATOR = "AWS::Organizations::DelegatedAdministrator"
DELEGATED = "AWS::Organizations::DelegatedService"
"""The record's id is `<ARN of the administrator>/<service principal>`."""
RESOURCE_POLICY = "AWS::Organizations::ResourcePolicy"

USES = {"SERVICE_CONTROL_POLICY": "scp", "RESOURCE_CONTROL_POLICY": "rcp"}
"""Type of policy, as the API spells it, to what it is used as; other types grant and deny nothing.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies.html
"""

_NO_ORGANIZATION = "AWSOrganizationsNotInUseException"

_call = functools.partial(
    Call, service="organizations", scope=Scope.ORGANIZATION, absent=(_NO_ORGANIZATION,)
)


def _in_units(**fields: str) -> Iterator[Call]:
    """Yield a call of each root and the same call of each unit."""
    parameters = {"ParentId": "parent.Id"}
    if child := fields.pop("child", ""):
        parameters["ChildType"] = f"'{child}'"
    for each in (ROOT, UNIT):
        yield Call(
            service="organizations",
            scope=Scope.ORGANIZATION,
            each=each,
            parameters=parameters,
            **fields,  # type: ignore[arg-type] # all others are strings
        )


_CALLS = (
    _call(
        operation="DescribeOrganization",
        kind=ORGANIZATION,
        items="[Organization]",
        id="item.Arn",
    ),
    _call(operation="ListRoots", kind=ROOT, items="Roots", id="item.Arn"),
    _call(operation="ListAccounts", kind=ACCOUNT, items="Accounts", id="item.Arn"),
    *_in_units(
        operation="ListOrganizationalUnitsForParent",
        kind=UNIT,
        items="OrganizationalUnits",
        id="item.Arn",
    ),
    *_in_units(
        operation="ListOrganizationalUnitsForParent",
        kind=CHILD,
        items="OrganizationalUnits",
        id="join('/', [parent.Id, item.Id])",
    ),
    *_in_units(
        operation="ListChildren",
        child="ACCOUNT",
        kind=CHILD,
        items="Children",
        id="join('/', [parent.Id, item.Id])",
    ),
    *(
        _call(
            operation="ListPolicies",
            kind=SUMMARY,
            parameters={"Filter": f"'{kind}'"},
            items="Policies",
            id="item.Arn",
        )
        for kind in USES
    ),
    _call(
        operation="DescribePolicy",
        kind=POLICY,
        each=SUMMARY,
        parameters={"PolicyId": "parent.Id"},
        items="[Policy]",
        id="parent_id",
    ),
    _call(
        operation="ListTargetsForPolicy",
        kind=TARGET,
        each=SUMMARY,
        parameters={"PolicyId": "parent.Id"},
        items="Targets",
        id="join('/', [parent_id, item.TargetId])",
    ),
    _call(
        operation="ListDelegatedAdministrators",
        kind=ADMINISTRATOR,
        items="DelegatedAdministrators",
        id="item.Arn",
    ),
    _call(
        operation="ListDelegatedServicesForAccount",
        kind=DELEGATED,
        each=ADMINISTRATOR,
        parameters={"AccountId": "parent.Id"},
        items="DelegatedServices",
        id="join('/', [parent_id, item.ServicePrincipal])",
    ),
    _call(
        operation="DescribeResourcePolicy",
        kind=RESOURCE_POLICY,
        items="[ResourcePolicy]",
        id="item.ResourcePolicySummary.Arn",
        absent=(_NO_ORGANIZATION, "ResourcePolicyNotFoundException"),
    ),
)


def organization_of(arn: str) -> str:
    """Return the id of the organisation in the ARN of one of its parts; empty where none is.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
    """
    return next((part for part in arn.split("/")[1:] if part.startswith("o-")), "")


def parents(records: Records) -> Mapping[str, str]:
    """Return the unit that each unit and account is right below, by id."""
    pairs = (record.id.partition("/") for record in records.of(CHILD))
    return {child: parent for parent, _, child in pairs}


def normalise(records: Records) -> Iterator[Row]:
    """Yield units, the policies over them, and delegated administration."""
    above = parents(records)
    described = {record.id for record in records.of(POLICY)}
    uses = {record.id: _use(record.body) for record in records.of(SUMMARY)} | {
        record.id: _use(held)
        for record in records.of(POLICY)
        if isinstance(held := record.body.get("PolicySummary"), dict)
    }
    for kind in (ROOT, UNIT):
        yield from rows(records, kind, lambda record: _unit(record, above))
    yield from rows(records, POLICY, _policy)
    yield from rows(records, SUMMARY, lambda row: () if row.id in described else _undescribed(row))
    yield from rows(records, TARGET, lambda record: _target(record, uses))
    yield from rows(records, DELEGATED, _delegation)
    yield from rows(records, RESOURCE_POLICY, _resource_policy)


def _use(summary: Mapping[str, Json]) -> str:
    return USES.get(str(summary.get("Type")), "")


def _unit(record: Record, above: Mapping[str, str]) -> Iterator[Row]:
    named = text(record.body, "Id")
    yield Unit(
        id=named,
        provider=record.provider,
        organization=organization_of(record.id),
        parent=above.get(named, ""),
        name=text(record.body, "Name") or named,
    )


def _policy(record: Record) -> Iterator[Row]:
    summary = mapping(record.body, "PolicySummary")
    yield from _described(record, summary, text(record.body, "Content") or None)


def _undescribed(record: Record) -> Iterator[Row]:
    """A policy that is listed and could not be read: it must not be taken for an empty one."""
    yield from _described(record, record.body, None)


def _described(record: Record, summary: Mapping[str, Json], document: str | None) -> Iterator[Row]:
    if use := _use(summary):
        yield Policy(
            id=record.id,
            provider=record.provider,
            type=use,
            account=account_of(record.id),
            name=text(summary, "Name") or record.id,
            managed="aws" if flag(summary, "AwsManaged") else "customer",
            document=document,
            default_version="",
            kind=record.kind,
            record=record.id,
        )


def _target(record: Record, uses: Mapping[str, str]) -> Iterator[Row]:
    target = text(record.body, "TargetId")
    policy = record.id.removesuffix(f"/{target}")
    if use := uses.get(policy, ""):
        yield Attachment(policy=policy, target=target, use=use)


def _delegation(record: Record) -> Iterator[Row]:
    service = text(record.body, "ServicePrincipal")
    administrator = record.id.removesuffix(f"/{service}")
    yield Delegation(
        account=administrator.rpartition("/")[2],
        service=service,
        organization=organization_of(administrator),
    )


def _resource_policy(record: Record) -> Iterator[Row]:
    """Yield what delegates the organisation's own management to members.

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
    """
    yield Policy(
        id=f"{record.id}#resource",
        provider=record.provider,
        type="resource",
        account=account_of(record.id),
        name="delegation policy",
        managed="inline",
        document=text(record.body, "Content") or None,
        default_version="",
        kind=record.kind,
        record=record.id,
    )
    yield Attachment(policy=f"{record.id}#resource", target=record.id, use="resource")


SERVICE = Service(name="Organizations", calls=_CALLS, normalise=normalise)
