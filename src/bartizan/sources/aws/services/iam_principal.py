# SPDX-License-Identifier: Apache-2.0
"""Users, roles, groups and root users of AWS accounts as facts."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from bartizan.model.arn import Arn
from bartizan.model.facts.estate import InstanceProfile
from bartizan.model.facts.identity import Membership, Principal
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import (
    MalformedBodyError,
    number,
    objects,
    rows,
    tags,
    text,
    texts,
)
from bartizan.sources.aws.services.iam_report import Reported, reports
from bartizan.sources.aws.services.iam_role import ROLE, Known

SERVICE_LINKED_PATH = "/aws-service-role/"
"""Path of the roles that only their service can assume or change.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""


class _SignIn(Struct, frozen=True):
    """What other records say of how principals sign in."""

    passwords: frozenset[str]
    """ARNs of users with a console password."""
    factors: frozenset[str]
    """ARNs of users with a second factor."""
    reports: Mapping[str, Reported]
    """By ARN of the user or root user."""


def principals(records: Records, known: Known) -> Iterator[Row]:
    """Yield every principal, who is in which group, and which profile holds which role; roles that
    are `known` are taken as they are.

    A role's longest session is not part of the answer that describes roles, so it stays 0.
    """
    seen = _SignIn(
        passwords=frozenset(row.id for row in records.of("AWS::IAM::LoginProfile")),
        factors=frozenset(row.id.partition("#")[0] for row in records.of("AWS::IAM::MFADevice")),
        reports=reports(records),
    )
    groups = {
        (row.account, str(row.body.get("GroupName"))): row.id
        for row in records.of("AWS::IAM::Group")
    }
    yield from _roots(records, seen)
    yield from rows(records, "AWS::IAM::User", lambda row: _user(row, seen, groups))
    yield from rows(records, "AWS::IAM::Group", _group)
    yield from rows(
        records, ROLE, lambda row: known[row.id][:1] if row.id in known else _role(row)
    )
    yield from rows(records, "AWS::IAM::InstanceProfile", _profile)


def profile_roles(records: Records) -> Mapping[str, str]:
    """Return the ARN of the role in each instance profile that holds one, by the profile's ARN.

    Roles name the profiles that they are in too, which counts for profiles that are not listed.
    """
    found: dict[str, str] = {}
    for role in records.of(ROLE):
        if not role.body.get("InstanceProfileList"):
            continue
        try:
            named = [text(profile, "Arn") for profile in objects(role.body, "InstanceProfileList")]
        except MalformedBodyError:
            continue
        found |= {profile: role.id for profile in named if profile}
    for row in rows(records, "AWS::IAM::InstanceProfile", _profile):
        if isinstance(row, InstanceProfile):
            found[row.arn] = row.role
    return found


def _user(record: Record, seen: _SignIn, groups: Mapping[tuple[str, str], str]) -> Iterator[Row]:
    body, reported = record.body, seen.reports.get(record.id, Reported())
    yield Principal(
        arn=record.id,
        provider=record.provider,
        type="user",
        account=record.account,
        name=text(body, "UserName"),
        path=text(body, "Path") or "/",
        unique_id=text(body, "UserId"),
        tags=tags(body, "Tags"),
        service_linked=False,
        max_session=0,
        console=record.id in seen.passwords or reported.password,
        mfa=record.id in seen.factors or reported.mfa,
        last_used=reported.last_used,
        created=text(body, "CreateDate"),
    )
    partition = record.id.split(":")[1] if record.id.startswith("arn:") else "aws"
    for name in texts(body, "GroupList"):
        # A group that is not among the records has no known path; AWS gives names only.
        unlisted = f"arn:{partition}:iam::{record.account}:group/{name}"
        yield Membership(user=record.id, group=groups.get((record.account, name), unlisted))


def _group(record: Record) -> Iterator[Row]:
    yield Principal(
        arn=record.id,
        provider=record.provider,
        type="group",
        account=record.account,
        name=text(record.body, "GroupName"),
        path=text(record.body, "Path") or "/",
        unique_id=text(record.body, "GroupId"),
        tags={},
        service_linked=False,
        max_session=0,
        console=False,
        mfa=False,
        last_used="",
        created=text(record.body, "CreateDate"),
    )


def _role(record: Record) -> Iterator[Row]:
    body = record.body
    path = text(body, "Path") or "/"
    yield Principal(
        arn=record.id,
        provider=record.provider,
        type="role",
        account=record.account,
        name=text(body, "RoleName"),
        path=path,
        unique_id=text(body, "RoleId"),
        tags=tags(body, "Tags"),
        service_linked=path.startswith(SERVICE_LINKED_PATH),
        max_session=number(body, "MaxSessionDuration"),
        console=False,
        mfa=False,
        last_used=text(body, "RoleLastUsed", "LastUsedDate"),
        created=text(body, "CreateDate"),
    )


def _profile(record: Record) -> Iterator[Row]:
    held = [text(role, "Arn") for role in objects(record.body, "Roles")]
    yield InstanceProfile(arn=record.id, account=record.account, role=held[0] if held else "")


def _roots(records: Records, seen: _SignIn) -> Iterator[Row]:
    """Yield the root user of every account that anything tells of."""
    summaries = {row.account: row for row in records.of("AWS::IAM::AccountSummary")}
    named: dict[str, object] = dict.fromkeys(summaries)
    for row in records.of("AWS::Organizations::Account"):
        account, arn = row.body.get("Id"), row.body.get("Arn")
        if isinstance(account, str) and account:
            named[account] = arn
    for kind in ("AWS::IAM::Role", "AWS::IAM::User"):
        named |= {row.account: row.id for row in records.of(kind)}
    for row in records.of("AWS::STS::CallerIdentity"):
        named[row.account] = row.body.get("Arn")
    for account in sorted(named):
        arn = f"arn:{_partition(named[account])}:iam::{account}:root"
        yield _root(arn, account, seen, summaries)


def _root(arn: str, account: str, seen: _SignIn, summaries: Mapping[str, Record]) -> Principal:
    reported = seen.reports.get(arn, Reported())
    summary: Mapping[str, object] = {}
    if account in summaries and isinstance(
        held := summaries[account].body.get("SummaryMap"), dict
    ):
        summary = held
    return Principal(
        arn=arn,
        provider="aws",
        type="root",
        account=account,
        name="root",
        path="/",
        unique_id="",
        tags={},
        service_linked=False,
        max_session=0,
        # Only an organisation that manages root users centrally can take their password away.
        console=summary.get("AccountPasswordPresent", 1) != 0,
        mfa=summary.get("AccountMFAEnabled", 0) == 1 or reported.mfa,
        last_used=reported.last_used,
        created="",
    )


def _partition(arn: object) -> str:
    try:
        return Arn.parse(str(arn)).partition
    except ValueError:
        return "aws"
