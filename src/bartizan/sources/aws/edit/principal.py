# SPDX-License-Identifier: Apache-2.0
"""Changes what is attached to users, groups and roles, and what accounts may do at all."""

import hashlib

from msgspec import structs

from bartizan.errors import SourceError
from bartizan.model.record import Json, Record, Records
from bartizan.model.remedy import Detach, Forbid, Guard
from bartizan.sources.aws.edit.document import write
from bartizan.sources.aws.edit.place import at, inline_list, place, principal
from bartizan.sources.aws.edit.revision import Revision

FORBID = "BartizanForbid"
"""Name of the inline policy that forbids."""

_ORGANIZATION = "AWS::Organizations::Organization"
_POLICY = "AWS::Organizations::Policy"
_TARGET = "AWS::Organizations::PolicyTarget"


def detach(change: Detach, revision: Revision) -> None:
    """Take a managed policy, or an inline one with its document, off a principal.

    Raises:
        SourceError: it is not attached.
    """
    record = principal(revision.records, change.target)
    if "#inline/" in change.policy:
        found = place(revision.records, change.policy)
        revision.take(record, found.path[:-1])
        return
    attached = record.body.get("AttachedManagedPolicies")
    for position, entry in enumerate(attached if isinstance(attached, list) else []):
        if isinstance(entry, dict) and entry.get("PolicyArn") == change.policy:
            revision.take(record, ("AttachedManagedPolicies", position))
            return
    raise SourceError(f"`{change.policy}` is not attached to `{change.target}`")


def denial(actions: tuple[str, ...], resources: tuple[str, ...]) -> dict[str, Json]:
    """Return a statement that denies."""
    return {"Effect": "Deny", "Action": list[Json](actions), "Resource": list[Json](resources)}


def forbidding(changes: tuple[Forbid | Guard, ...]) -> dict[str, Json]:
    """Return the document that denies what all `changes` say, the same in any order."""
    stated = sorted({(change.actions, change.resources) for change in changes})
    statements: list[Json] = [denial(actions, resources) for actions, resources in stated]
    return {"Version": "2012-10-17", "Statement": statements}


def digest(change: Forbid | Guard) -> str:
    """Return what tells two policies of ours on the same thing apart."""
    return hashlib.sha256(write(forbidding((change,))).encode()).hexdigest()[:8]


def forbid(changes: tuple[Forbid, ...], revision: Revision) -> None:
    """Add the inline policy that forbids one principal what all `changes` say.

    Raises:
        SourceError: the principal was not read, or is a group.
    """
    record = principal(revision.records, changes[0].principal)
    member = inline_list(record)
    document = forbidding(changes)
    body = revision.body(record)
    listed = body.setdefault(member, [])
    if not isinstance(listed, list):
        raise SourceError(f"the inline policies of `{record.id}` are no list")
    for entry in listed:
        if isinstance(entry, dict) and entry.get("PolicyName") == FORBID:
            # It was forbidden something before: both hold.
            held, added = at(entry, ("PolicyDocument", "Statement")), document["Statement"]
            if isinstance(held, list) and isinstance(added, list):
                held += [one for one in added if one not in held]
                return
            raise SourceError(f"the policy `{FORBID}` of `{record.id}` is not one of ours")
    listed.append({"PolicyName": FORBID, "PolicyDocument": document})


def guard_name(target: str) -> str:
    """Return the name of the guardrail over an account or unit."""
    return f"BartizanGuard-{target}"


def guards(changes: tuple[Guard, ...], records: Records) -> tuple[Record, Record]:
    """Return the policy that denies one account or unit what all `changes` say, and its
    attachment.

    Raises:
        SourceError: no organisation was read.
    """
    organization = next(iter(records.of(_ORGANIZATION)), None)
    if organization is None:
        raise SourceError("no organisation was read, so nothing can be guarded by a policy of it")
    target = changes[0].target
    place_, _, within = organization.id.rpartition(":")
    name = f"p-bartizan{''.join(one for one in target if one.isalnum())}"
    arn = f"{place_}:policy/{within.partition('/')[2]}/service_control_policy/{name}"
    summary: dict[str, Json] = {
        "Id": name,
        "Arn": arn,
        "Name": guard_name(target),
        "Description": "Denies what would lead along an attack path",
        "Type": "SERVICE_CONTROL_POLICY",
        "AwsManaged": False,
    }
    content = write(forbidding(changes))
    attached: dict[str, Json] = {"TargetId": target, "Type": _target_type(target)}
    return (
        _new(organization, _POLICY, arn, {"PolicySummary": summary, "Content": content}),
        _new(organization, _TARGET, f"{arn}/{target}", attached),
    )


def _target_type(target: str) -> str:
    if target.startswith("r-"):
        return "ROOT"
    return "ORGANIZATIONAL_UNIT" if target.startswith("ou-") else "ACCOUNT"


def _new(beside: Record, kind: str, name: str, body: dict[str, Json]) -> Record:
    """Return a record that the remedy adds beside another of the same service."""
    return structs.replace(
        beside, kind=kind, id=name, body=body, collected_at="", source="remedy", request_id=""
    )
