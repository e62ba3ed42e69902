# SPDX-License-Identifier: Apache-2.0
"""Writes remedies as AWS CLI commands.

Source: https://docs.aws.amazon.com/cli/latest/reference/
"""

from typing import assert_never

from bartizan.model.arn import Arn, account_of
from bartizan.model.record import Overlay, Record, Records
from bartizan.model.remedy import (
    AddRoute,
    AssociateAddress,
    AuthorizeRule,
    BlockPublicAccess,
    CloudChange,
    Detach,
    DropRoute,
    DropStatement,
    Forbid,
    Guard,
    ReleaseAddress,
    RemoveCredential,
    RevokeRule,
    Unshare,
    Untrust,
)
from bartizan.sources.aws.edit.document import parse, write
from bartizan.sources.aws.edit.exposure import access_key_of
from bartizan.sources.aws.edit.network_command import network_command
from bartizan.sources.aws.edit.place import find, place
from bartizan.sources.aws.edit.policy_command import policy_command
from bartizan.sources.aws.edit.principal import FORBID, digest, forbidding, guard_name
from bartizan.sources.aws.edit.shell import aws, in_account, name_of

_BLOCKS = ",".join(
    f"{block}=true"
    for block in (
        "BlockPublicAcls",
        "IgnorePublicAcls",
        "BlockPublicPolicy",
        "RestrictPublicBuckets",
    )
)


def command(  # noqa: PLR0911 - one for each kind of change
    change: CloudChange, records: Records, changed: Overlay
) -> str:
    """Return the commands that do `change`, given the estate before and after it; the first line
    is a comment that says in which account. Empty where the AWS CLI has no command that would.
    """
    match change:
        case DropStatement() | Untrust():
            return policy_command(change, records, changed)
        case Detach():
            return _detach(change)
        case Forbid():
            return _forbid(change, changed)
        case Unshare():
            return _unshare(change, records, changed)
        case BlockPublicAccess():
            return _block(change)
        case RemoveCredential():
            return _remove_credential(change, records)
        case Guard():
            return _guard(change, records)
        case (
            RevokeRule()
            | AuthorizeRule()
            | DropRoute()
            | AddRoute()
            | ReleaseAddress()
            | AssociateAddress()
        ):
            return network_command(change, records)
        case _:
            assert_never(change)


def _who(arn: str) -> tuple[str, tuple[str, str]]:
    """Return the type of a principal, and how the AWS CLI is told which one."""
    kind = Arn.parse(arn).resource.partition("/")[0]
    return kind, (f"--{kind}-name", Arn.parse(arn).name)


def _detach(change: Detach) -> str:
    kind, who = _who(change.target)
    if "#inline/" in change.policy:
        name = change.policy.partition("#inline/")[2]
        made = aws("iam", f"delete-{kind}-policy", *who, "--policy-name", name)
    else:
        made = aws("iam", f"detach-{kind}-policy", *who, "--policy-arn", change.policy)
    return in_account(account_of(change.target), made)


def _forbid(change: Forbid, changed: Overlay) -> str:
    kind, who = _who(change.principal)
    held = place(changed, f"{change.principal}#inline/{FORBID}").document
    document = write(parse(held, name=FORBID))
    words = (*who, "--policy-name", FORBID, "--policy-document", document)
    return in_account(account_of(change.principal), aws("iam", f"put-{kind}-policy", *words))


def _unshare(change: Unshare, records: Records, changed: Overlay) -> str:
    record = find(records, change.kind, change.record)
    if record is None:
        return ""
    if record.kind == "AWS::S3::BucketAcl":
        return in_account(record.account, _acl(record, changed))
    service, words = _switch(change, record)
    return in_account(record.account, aws(service, *words, region=record.region) if words else "")


def _acl(record: Record, changed: Overlay) -> str:
    """Return the command that writes the whole ACL that is left."""
    left = find(changed, record.kind, record.id) or record
    acl = {member: left.body.get(member) for member in ("Owner", "Grants")}
    words = ("--bucket", name_of(record), "--access-control-policy", write(acl))
    return aws("s3api", "put-bucket-acl", *words)


def _switch(change: Unshare, record: Record) -> tuple[str, list[str]]:
    """Return the service and the words of the command that takes one grant off a switch."""
    whom, name = change.with_whom, name_of(record)
    match record.kind:
        case "AWS::EC2::SnapshotPermission":
            holder = ["--group-names", whom] if whom == "all" else ["--user-ids", whom]
            words = ["modify-snapshot-attribute", "--snapshot-id", name]
            words += ["--attribute", "createVolumePermission", "--operation-type", "remove"]
            return "ec2", words + holder
        case "AWS::EC2::ImageLaunchPermission":
            permission = f"Remove=[{{{_image_holder(record, whom)}}}]"
            words = ["modify-image-attribute", "--image-id", name]
            return "ec2", [*words, "--launch-permission", permission]
        case "AWS::RDS::DBSnapshotAttributes" | "AWS::RDS::DBClusterSnapshotAttributes":
            kind = "db-cluster-snapshot" if "Cluster" in record.kind else "db-snapshot"
            words = [f"modify-{kind}-attribute", f"--{kind}-identifier", name]
            return "rds", [*words, "--attribute-name", "restore", "--values-to-remove", whom]
        case "AWS::RAM::Principal":
            share, _, principal = record.id.partition("|")
            words = ["disassociate-resource-share", "--resource-share-arn", share]
            return "ram", [*words, "--principals", principal]
        case _:
            return "", []


def _image_holder(record: Record, whom: str) -> str:
    """Return a launch permission in the shorthand of the AWS CLI."""
    listed = record.body.get("LaunchPermissions")
    for entry in listed if isinstance(listed, list) else []:
        for member, value in entry.items() if isinstance(entry, dict) else ():
            if isinstance(value, str) and value.rpartition("/")[2] == whom:
                return f"{member}={value}"
    return f"UserId={whom}"


def _block(change: BlockPublicAccess) -> str:
    words = ("--public-access-block-configuration", _BLOCKS)
    if change.target.startswith("arn:"):
        bucket = ("--bucket", Arn.parse(change.target).resource)
        return in_account("", aws("s3api", "put-public-access-block", *bucket, *words))
    account = ("--account-id", change.target)
    made = aws("s3control", "put-public-access-block", *account, *words)
    return in_account(change.target, made)


def _remove_credential(change: RemoveCredential, records: Records) -> str:
    """Return the command that switches an access key off. Taking a secret out of the code or the
    settings where it lies is an edit that only its owner can make, so that is a comment.
    """
    lines = []
    if key := access_key_of(change, records):
        words = ["--access-key-id", key.id, "--status", "Inactive"]
        user = key.body.get("UserName")
        words += ["--user-name", user] if isinstance(user, str) else []
        lines.append(in_account(key.account, aws("iam", "update-access-key", *words)))
    place_ = f"{change.field} of {change.lies_in}".replace("\n", " ")
    lines.append(f"# then take it out of {place_}" if lines else f"# take it out of {place_}")
    return "\n".join(lines)


def _guard(change: Guard, records: Records) -> str:
    organization = next(iter(records.of("AWS::Organizations::Organization")), None)
    name = f"{guard_name(change.target)}-{digest(change)}"
    words = ["--type", "SERVICE_CONTROL_POLICY", "--name", name, "--description", name]
    words += ["--content", write(forbidding((change,)))]
    made = aws("organizations", "create-policy", *words)
    query = ("--query", "Policy.PolicySummary.Id", "--output", "text")
    attach = aws("organizations", "attach-policy", "--target-id", change.target)
    account = organization.account if organization else ""
    # The id of a new policy is known only once it is there.
    both = f"policy=$({made} {' '.join(query)})", f'{attach} --policy-id "$policy"'
    return in_account(account, *both)
