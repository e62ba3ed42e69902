# SPDX-License-Identifier: Apache-2.0
"""Remedies applied to facts, as the edited estate would be read again."""

import json
from collections.abc import Iterable
from typing import Any, assert_never

from msgspec import structs

from bartizan.model.facts import TABLES, Facts
from bartizan.model.facts.estate import Share
from bartizan.model.facts.identity import Credential
from bartizan.model.facts.policy import Attachment, Policy, PublicAccessBlock
from bartizan.model.host_change import HostChange
from bartizan.model.remedy import (
    BlockPublicAccess,
    Change,
    Detach,
    DropStatement,
    Forbid,
    Guard,
    NetworkChange,
    RemoveCredential,
    Unshare,
    Untrust,
)
from bartizan.model.table import Row
from bartizan.reason.network.aws.change import changed


def after(facts: Facts, changes: Iterable[Change]) -> Facts:
    """Return the facts of the estate with all changes of a cloud made."""
    made = [one for one in changes if not isinstance(one, HostChange)]
    facts = changed(facts, [one for one in made if isinstance(one, NetworkChange)])
    rows: list[Row] = [row for table in TABLES for row in facts.rows(table)]
    edits: dict[str, list[DropStatement | Untrust]] = {}
    for number, change in enumerate(made):
        if isinstance(change, DropStatement | Untrust):
            edits.setdefault(change.policy, []).append(change)
        elif not isinstance(change, NetworkChange):
            rows = _changed(rows, change, number)
    return Facts.of([_edited(row, edits) for row in rows])


def _changed(
    rows: list[Row],
    change: Detach | Forbid | Unshare | BlockPublicAccess | RemoveCredential | Guard,
    number: int,
) -> list[Row]:
    match change:
        case Detach(policy=policy, target=target):
            return [r for r in rows if not _is(r, Attachment, policy=policy, target=target)]
        case Unshare(resource=resource, with_whom=who):
            return [r for r in rows if not _is(r, Share, resource=resource, with_whom=who)]
        case RemoveCredential(lies_in=place, field=field):
            return [r for r in rows if not _is(r, Credential, lies_in=place, field=field)]
        case BlockPublicAccess(target=target):
            kept = [r for r in rows if not _is(r, PublicAccessBlock, target=target)]
            return [*kept, _blocked(target)]
        case Forbid(principal=target, actions=actions, resources=resources):
            return [*rows, *_denied(f"{target}#inline/forbid-{number}", target, "identity",
                                    actions=actions, resources=resources)]  # fmt: skip
        case Guard(target=target, actions=actions, resources=resources):
            return [*rows, *_denied(f"guard-{number}", target, "scp",
                                    actions=actions, resources=resources)]  # fmt: skip
        case _:
            assert_never(change)


def _is(row: Row, kind: type[Row], **columns: str) -> bool:
    return isinstance(row, kind) and all(getattr(row, k) == v for k, v in columns.items())


def _blocked(target: str) -> PublicAccessBlock:
    return PublicAccessBlock(
        target=target,
        block_public_acls=True,
        ignore_public_acls=True,
        block_public_policy=True,
        restrict_public_buckets=True,
    )


def _denied(
    id_: str, target: str, use: str, *, actions: tuple[str, ...], resources: tuple[str, ...]
) -> list[Row]:
    statement = {"Effect": "Deny", "Action": list(actions), "Resource": list(resources)}
    policy = Policy(
        id=id_,
        provider="aws",
        type=use,
        account="",
        name="forbid",
        managed="inline",
        document=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        default_version="",
        kind="test",
        record=target,
    )
    return [policy, Attachment(policy=id_, target=target, use=use)]


def _edited(row: Row, edits: dict[str, list[DropStatement | Untrust]]) -> Row:
    if not isinstance(row, Policy) or row.id not in edits or row.document is None:
        return row
    document = json.loads(row.document)
    kept = []
    for position, statement in enumerate(document["Statement"]):
        mine = [edit for edit in edits[row.id] if edit.statement == position]
        left = _less(statement, mine)
        if left is not None:
            kept.append(left)
    document["Statement"] = kept
    return structs.replace(row, document=json.dumps(document))


def _less(statement: Any, edits: list[DropStatement | Untrust]) -> Any | None:  # noqa: ANN401 - JSON
    for edit in edits:
        if isinstance(edit, DropStatement):
            return None
        principals = {}
        for kind, names in statement["Principal"].items():
            listed = [names] if isinstance(names, str) else names
            if rest := [name for name in listed if name != edit.principal]:
                principals[kind] = rest
        if not principals:
            return None
        statement = {**statement, "Principal": principals}
    return statement
