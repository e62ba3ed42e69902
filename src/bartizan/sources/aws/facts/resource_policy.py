# SPDX-License-Identifier: Apache-2.0
"""Turns the policy that a resource carries into facts.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from collections.abc import Iterator

from bartizan.model.arn import account_of
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Record
from bartizan.model.table import Row


def resource_policy(record: Record, *, target: str, document: str | None) -> Iterator[Row]:
    """Yield the policy of `target` and its attachment; nothing where `document` is empty, which
    is how several APIs say that there is none. None means it exists but could not be read.
    """
    if document == "":
        return
    name = f"{target}#resource"
    yield Policy(
        id=name,
        provider="aws",
        type="resource",
        account=account_of(target) or record.account,
        name="resource policy",
        managed="inline",
        document=document,
        default_version="",
        kind=record.kind,
        record=record.id,
    )
    yield Attachment(policy=name, target=target, use="resource")
