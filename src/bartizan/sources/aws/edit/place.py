# SPDX-License-Identifier: Apache-2.0
"""Finds the record that carries a policy document, and where in it the document stands."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

from msgspec import Struct

from bartizan.errors import SourceError
from bartizan.model.record import Json, Record, Records

Step: TypeAlias = str | int
"""A member of an object, or a position in a list."""


class Emptied(Enum):
    """What becomes of a document whose last statement goes, since it may not be empty."""

    RECORD = "record"
    """The record is the policy, and goes."""
    MEMBER = "member"
    """The member that holds it goes."""
    ENTRY = "entry"
    """The entry of a list that holds it goes."""
    INERT = "inert"
    """It must stay, with a statement that grants nothing."""


class Place(Struct, frozen=True):
    """Where a document stands in a record."""

    record: Record
    path: tuple[Step, ...]
    emptied: Emptied
    inert: Mapping[str, Json] | None = None
    """The statement that stays where `emptied` says so."""

    @property
    def document(self) -> Json:
        """Return the document as the record carries it."""
        return at(dict(self.record.body), self.path)


_NOTHING: dict[str, Json] = {"Effect": "Deny", "Action": "none:null", "Resource": "*"}
"""No service has such an action, so the statement decides nothing."""
_NO_TRUST: dict[str, Json] = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
"""A role must have a trust policy; a deny in it keeps everybody out."""
_NO_USE: dict[str, Json] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    "Resource": "*",
}
"""A key must have a policy too."""

_INLINE = {
    "AWS::IAM::User": "UserPolicyList",
    "AWS::IAM::Group": "GroupPolicyList",
    "AWS::IAM::Role": "RolePolicyList",
}
"""Kind of principal to the member that lists its inline policies."""

_OF_RESOURCES: Mapping[str, tuple[tuple[Step, ...], Emptied]] = {
    "AWS::S3::BucketPolicy": (("Policy",), Emptied.RECORD),
    "AWS::S3::AccessPointPolicy": (("Policy",), Emptied.RECORD),
    "AWS::KMS::KeyPolicy": (("Policy",), Emptied.INERT),
    "AWS::SecretsManager::ResourcePolicy": (("ResourcePolicy",), Emptied.MEMBER),
    "AWS::Lambda::FunctionPolicy": (("Policy",), Emptied.RECORD),
    "AWS::Lambda::AliasPolicy": (("Policy",), Emptied.RECORD),
    "AWS::SQS::Queue": (("Attributes", "Policy"), Emptied.MEMBER),
    "AWS::SNS::Topic": (("Attributes", "Policy"), Emptied.MEMBER),
    "AWS::ECR::RepositoryPolicy": (("policyText",), Emptied.RECORD),
    "AWS::DynamoDB::ResourcePolicy": (("Policy",), Emptied.RECORD),
    "AWS::Glue::ResourcePolicy": (("PolicyInJson",), Emptied.RECORD),
    "AWS::Events::EventBus": (("Policy",), Emptied.MEMBER),
    "AWS::Organizations::ResourcePolicy": (("Content",), Emptied.RECORD),
}
"""Kind of record to the place of a resource's policy, where the record's id is the resource."""

_KINDS = {
    "s3": ("AWS::S3::BucketPolicy", "AWS::S3::AccessPointPolicy"),
    "kms": ("AWS::KMS::KeyPolicy",),
    "secretsmanager": ("AWS::SecretsManager::ResourcePolicy",),
    "lambda": ("AWS::Lambda::FunctionPolicy", "AWS::Lambda::AliasPolicy"),
    "sqs": ("AWS::SQS::Queue",),
    "sns": ("AWS::SNS::Topic",),
    "ecr": ("AWS::ECR::RepositoryPolicy",),
    "dynamodb": ("AWS::DynamoDB::ResourcePolicy",),
    "glue": ("AWS::Glue::ResourcePolicy",),
    "events": ("AWS::Events::EventBus",),
    "organizations": ("AWS::Organizations::ResourcePolicy",),
}
"""Service in an ARN to the kinds that carry policies of its resources."""


def at(value: Json, path: tuple[Step, ...]) -> Json:
    """Return what stands at `path`; None where nothing does."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def find(records: Records, kind: str, name: str) -> Record | None:
    """Return the record of `kind` whose id is `name`."""
    return next((record for record in records.of(kind) if record.id == name), None)


def named(records: Records, kind: str, member: str, name: str) -> Record:
    """Return the record of `kind` whose `member` is `name`, the first of several accounts'.

    Raises:
        SourceError: there is none.
    """
    for record in records.of(kind):
        if record.body.get(member) == name:
            return record
    raise SourceError(f"no `{name}` was read, so it cannot be changed")


def listed(record: Record, member: str) -> list[Json]:
    """Return the list at a member; empty where there is none."""
    held = record.body.get(member)
    return held if isinstance(held, list) else []


def principal(records: Records, arn: str) -> Record:
    """Return the record of a user, group or role.

    Raises:
        SourceError: there is none.
    """
    for kind in _INLINE:
        if f":{kind.rpartition('::')[2].lower()}/" in arn and (found := find(records, kind, arn)):
            return found
    raise SourceError(f"no user, group or role `{arn}` was read, so it cannot be changed")


def inline_list(record: Record) -> str:
    """Return the member that lists the inline policies of a principal."""
    return _INLINE[record.kind]


def place(records: Records, policy: str) -> Place:
    """Return where the document of `policy`, an id of the policy table, stands.

    Raises:
        SourceError: no record carries it, or it cannot be edited.
    """
    holder, _, what = policy.partition("#")
    found: Place | None
    if what.startswith("inline/"):
        found = _inline(records, holder, what.removeprefix("inline/"))
    elif what == "trust":
        role = find(records, "AWS::IAM::Role", holder)
        path = ("AssumeRolePolicyDocument",)
        found = Place(role, path, Emptied.INERT, _NO_TRUST) if role else None
    elif what == "endpoint":
        found = _endpoint(records, holder)
    elif what.startswith("resource"):
        found = _resource(records, holder, what)
    else:
        found = _managed(records, policy)
    if found is None or found.document is None:
        raise SourceError(f"no document of the policy `{policy}` was read, so it cannot be edited")
    return found


def _inline(records: Records, holder: str, name: str) -> Place | None:
    record = principal(records, holder)
    member = _INLINE[record.kind]
    listed = record.body.get(member)
    for position, entry in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(entry, dict) and entry.get("PolicyName") == name:
            return Place(record, (member, position, "PolicyDocument"), Emptied.ENTRY)
    return None


def _managed(records: Records, policy: str) -> Place | None:
    if ":iam::aws:" in policy:
        raise SourceError(
            f"`{policy}` belongs to AWS and cannot be edited", hint="detach it instead"
        )
    if ":organizations:" in policy or not policy.startswith("arn:"):
        return _guardrail(records, policy)
    record = find(records, "AWS::IAM::ManagedPolicy", policy)
    if record is None:
        return None
    versions = record.body.get("PolicyVersionList")
    for position, version in enumerate(versions if isinstance(versions, list) else []):
        if isinstance(version, dict) and version.get("IsDefaultVersion") is True:
            path = ("PolicyVersionList", position, "Document")
            return Place(record, path, Emptied.INERT, _NOTHING)
    return None


def _guardrail(records: Records, policy: str) -> Place | None:
    record = find(records, "AWS::Organizations::Policy", policy)
    return Place(record, ("Content",), Emptied.INERT, _NOTHING) if record else None


def _endpoint(records: Records, holder: str) -> Place | None:
    for record in records.of("AWS::EC2::VPCEndpoint"):
        if record.id == holder:
            return Place(record, ("PolicyDocument",), Emptied.INERT, _NOTHING)
    return None


def _resource(records: Records, holder: str, what: str) -> Place | None:
    service = holder.split(":", 3)[2] if holder.startswith("arn:") else ""
    if service == "execute-api":
        return _api(records, holder)
    if service == "ssm":
        return _parameter(records, holder, what)
    for kind in _KINDS.get(service, ()):
        if record := find(records, kind, holder):
            path, emptied = _OF_RESOURCES[kind]
            inert = _NO_USE if emptied is Emptied.INERT else None
            return Place(record, path, emptied, inert)
    return None


def _api(records: Records, holder: str) -> Place | None:
    """Return the place of a REST API's policy; facts name the API by its invocation ARN."""
    _, _, _, region, account, name = holder.split(":", 5)
    for record in records.of("AWS::ApiGateway::RestApi"):
        at_home = (record.region, record.account) == (region, account)
        if at_home and record.body.get("id") == name:
            return Place(record, ("policy",), Emptied.MEMBER)
    return None


def _parameter(records: Records, holder: str, what: str) -> Place | None:
    """Return the place of one of a parameter's policies: the first, or the one named."""
    record = find(records, "AWS::SSM::ParameterPolicies", holder)
    if record is None:
        return None
    wanted, listed = what.partition("/")[2], record.body.get("Policies")
    for position, entry in enumerate(listed if isinstance(listed, list) else []):
        if not wanted or (isinstance(entry, dict) and entry.get("PolicyId") == wanted):
            return Place(record, ("Policies", position, "Policy"), Emptied.ENTRY)
    return None
