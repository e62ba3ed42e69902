# SPDX-License-Identifier: Apache-2.0
"""What S3's access control lists open, where they still have an effect.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from bartizan.model.facts.estate import Share
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import mapping, objects, rows, text

_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "anonymous",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "all",
}
"""Predefined groups that hold people; the third, log delivery, is a service of AWS."""

_CHANGING = frozenset({"WRITE", "WRITE_ACP", "FULL_CONTROL"})
"""Permissions on a bucket that let others change what is in it. READ lists the objects and opens
none: each object has a list of its own, which is not read.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions
"""


class _Switches(Struct, frozen=True):
    """What takes an ACL's effect away."""

    enforced: frozenset[str]
    """ARNs of buckets on which ACLs are disabled."""
    ignored: frozenset[str]
    """ARNs of buckets and account ids where public ACLs are ignored."""
    accounts: Mapping[str, str]
    """Canonical user id to account id, as far as buckets tell."""


def acls(records: Records) -> Iterator[Row]:
    """Yield what each bucket's ACL opens to others than its owner."""
    accounts = {}
    for row in records.of("AWS::S3::BucketAcl"):
        owner = row.body.get("Owner")
        if isinstance(owner, dict) and isinstance(canonical := owner.get("ID"), str):
            accounts[canonical] = row.account
    switches = _Switches(
        enforced=frozenset(
            row.id for row in records.of("AWS::S3::BucketOwnershipControls") if _enforced(row)
        ),
        ignored=frozenset(
            row.id
            for kind in ("AWS::S3::BucketPublicAccessBlock", "AWS::S3::AccountPublicAccessBlock")
            for row in records.of(kind)
            if _ignores(row)
        ),
        accounts=accounts,
    )
    yield from rows(records, "AWS::S3::BucketAcl", lambda row: _shares(row, switches))


def _shares(record: Record, switches: _Switches) -> Iterator[Row]:
    if record.id in switches.enforced:
        return
    owner = text(record.body, "Owner", "ID")
    hidden = bool(switches.ignored & {record.id, record.account})
    for grant in objects(record.body, "Grants"):
        grantee = mapping(grant, "Grantee")
        canonical = text(grantee, "ID")
        whom = _GROUPS.get(text(grantee, "URI"), "")
        if whom and hidden:
            continue
        if not whom and canonical and canonical != owner:
            whom = switches.accounts.get(canonical, canonical)
        if whom and text(grant, "Permission") in _CHANGING:
            yield Share(
                resource=record.id,
                with_whom=whom,
                access="write",
                via="acl",
                kind=record.kind,
                record=record.id,
            )


def _enforced(record: Record) -> bool:
    controls = record.body.get("OwnershipControls")
    listed = controls.get("Rules") if isinstance(controls, dict) else None
    return isinstance(listed, list) and any(
        isinstance(rule, dict) and rule.get("ObjectOwnership") == "BucketOwnerEnforced"
        for rule in listed
    )


def _ignores(record: Record) -> bool:
    block = record.body.get("PublicAccessBlockConfiguration")
    return isinstance(block, dict) and block.get("IgnorePublicAcls") is True
