# SPDX-License-Identifier: Apache-2.0
"""Accounts: what each is, where it stands in its organisation, and which regions it uses."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bartizan.model.arn import account_of
from bartizan.model.facts.organization import Account
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import rows, text
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services.organizations import (
    ACCOUNT,
    ORGANIZATION,
    ROOT,
    organization_of,
    parents,
)

CALLER = "AWS::STS::CallerIdentity"
"""One record for each account that the source could sign in to; its id is the account's."""
REGION = "AWS::EC2::Region"
"""The record's id is `<account>/<region>`."""

ACCOUNT_ID = re.compile(r"\d{12}")
"""How the id of an account is written, which tells it from that of a unit.

Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
"""

_CALLS = (
    Call(
        service="sts",
        operation="GetCallerIdentity",
        kind=CALLER,
        scope=Scope.ACCOUNT,
        # Less the session's name: which session looked is no part of what the estate is.
        items="[{Account: Account, UserId: split(UserId, ':')[0], Arn: contains(Arn, "
        "':assumed-role/') && join('/', split(Arn, '/')[:2]) || Arn}]",
        id="item.Account",
    ),
    Call(
        service="ec2",
        operation="DescribeRegions",
        kind=REGION,
        scope=Scope.ACCOUNT,
        items="Regions",
        id="join('/', [account, item.RegionName])",
    ),
)

_DEEPEST = 16
"""Units above one another; AWS allows five below the root:
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html"""


class _Organization(Struct, frozen=True):
    """What an organisation's own records say of it."""

    id: str = ""
    management: str = ""
    """Id of its management account."""
    policy_types: frozenset[str] = frozenset()
    """Types of policy that are switched on at its root."""


class _Surroundings(Struct, frozen=True):
    """What all accounts stand in."""

    organizations: Mapping[str, _Organization]
    above: Mapping[str, str]
    """The unit that each unit and account is right below, by id."""
    regions: Mapping[str, list[str]]
    """Enabled regions by account."""
    callers: Mapping[str, Record]
    """Who the source was, by account."""


def normalise(records: Records) -> Iterator[Row]:
    """Yield every account that something is known of."""
    regions: dict[str, list[str]] = {}
    for record in records.of(REGION):
        if record.body.get("OptInStatus") == "not-opted-in":
            continue
        regions.setdefault(record.account, []).append(record.id.partition("/")[2])
    around = _Surroundings(
        organizations=dict(_organizations(records)),
        above=parents(records),
        regions=regions,
        callers={record.id: record for record in records.of(CALLER)},
    )
    yield from rows(records, ACCOUNT, lambda record: [_listed(record, around)])
    listed = {record.id.rpartition("/")[2] for record in records.of(ACCOUNT)}
    # An account on its own, or in an organisation whose accounts may not be listed.
    within = next(iter(around.organizations.values()), _Organization())
    placed = {below for below in around.above if ACCOUNT_ID.fullmatch(below)}
    for name in sorted({*around.callers, *placed, within.management} - listed - {""}):
        arn = around.callers[name].body.get("Arn") if name in around.callers else None
        yield _account(name, around, within=within, arn=str(arn or ""), name=name, status="")


def _listed(record: Record, around: _Surroundings) -> Account:
    organization, account = organization_of(record.id), record.id.rpartition("/")[2]
    return _account(
        account,
        around,
        within=around.organizations.get(organization, _Organization(id=organization)),
        arn=record.id,
        name=text(record.body, "Name") or account,
        status=text(record.body, "Status") or text(record.body, "State"),
    )


def _account(
    account: str,
    around: _Surroundings,
    *,
    within: _Organization,
    arn: str,
    name: str,
    status: str,
) -> Account:
    return Account(
        id=account,
        provider="aws",
        partition=arn.split(":")[1] if arn.startswith("arn:") else "aws",
        name=name,
        organization=within.id,
        organization_path=_path(account, within.id, around.above),
        parent=around.above.get(account, ""),
        management=account == within.management,
        status=status,
        regions=tuple(sorted(around.regions.get(account, ()))),
        scp="SERVICE_CONTROL_POLICY" in within.policy_types,
        rcp="RESOURCE_CONTROL_POLICY" in within.policy_types,
        collected=account in around.callers,
    )


def policy_types(root: Record) -> Iterator[str]:
    """Yield the types of policy that are switched on at a root, as the API spells them."""
    types = root.body.get("PolicyTypes")
    for held in types if isinstance(types, list) else ():
        if isinstance(held, dict) and held.get("Status") == "ENABLED":
            yield str(held.get("Type"))


def _organizations(records: Records) -> Iterator[tuple[str, _Organization]]:
    enabled: dict[str, set[str]] = {}
    for record in records.of(ROOT):
        enabled.setdefault(organization_of(record.id), set()).update(policy_types(record))
    # Every part of an organisation says in its ARN which one it is of, and who manages that.
    parts = (record.id for kind in (ORGANIZATION, ROOT, ACCOUNT) for record in records.of(kind))
    managed = {organization_of(part): account_of(part) for part in parts}
    for named in sorted(set(managed) - {""}):
        yield (
            named,
            _Organization(
                id=named,
                management=managed[named],
                policy_types=frozenset(enabled.get(named, ())),
            ),
        )


def _path(account: str, organization: str, above: Mapping[str, str]) -> str:
    """Return `o-1/r-1/ou-1/`; empty where the way up to the root is not known whole.

    Source: `aws:PrincipalOrgPaths`,
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    units: list[str] = []
    below = account
    while below in above and len(units) <= _DEEPEST:
        below = above[below]
        units.insert(0, below)
    rooted = bool(organization and units and units[0].startswith("r-"))
    return "".join(f"{part}/" for part in (organization, *units)) if rooted else ""


SERVICE = Service(name="Account", calls=_CALLS, normalise=normalise)
