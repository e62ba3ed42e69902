# SPDX-License-Identifier: Apache-2.0
"""Accounts that a change puts objects into and of which the snapshot holds nothing.

What stands there, who may act there and what guards the account is not known, so that no answer
about it would be more than a guess.
"""

from collections.abc import Iterator

from bartizan.model.facts.gap import Unread
from bartizan.model.laid import Laid
from bartizan.model.record import UNREAD_KIND, Record, Records
from bartizan.sources.terraform.draft import PROVIDER

_TELLING = (
    "AWS::STS::CallerIdentity",
    "AWS::Organizations::Account",
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::EC2::VPC",
    "AWS::S3::Bucket",
)
"""Kinds of records of which an account that was read has one at least; the first are fewest."""


def unseen(laid: Laid, records: Records) -> Iterator[Unread]:
    """Yield a gap for each account that is not in `records` and that the change puts something
    into, at the first object that does.
    """
    first: dict[str, Record] = {}
    for row in sorted(laid.overlay.put.values(), key=lambda one: one.key):
        if row.account and row.kind != UNREAD_KIND and row.id in laid.touched:
            first.setdefault(row.account, row)
    for account, row in sorted(first.items()):
        if not _held(account, records):
            address = laid.touched[row.id][0]
            yield Unread(
                provider=PROVIDER,
                account=account,
                region=row.region,
                service=row.service,
                operation=f"{address}.provider",
                action="",
                kind=row.kind,
                resource=address,
                code="not-known",
                reason=f"the snapshot holds nothing of its account {account}",
            )


def _held(account: str, records: Records) -> bool:
    return any(
        account in (row.account, row.body.get("Id"))
        for kind in _TELLING
        for row in records.of(kind)
    )
