# SPDX-License-Identifier: Apache-2.0
"""Turns a session policy that stands in the estate, beside the role that it limits, into facts.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
"""

from collections.abc import Iterator

from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Record
from bartizan.model.table import Row


def session_policy(record: Record, *, document: str | None, kind: str) -> Iterator[Row]:
    """Yield the policy that limits every session which `record` starts; nothing where `document`
    is empty. None means that it could not be read whether there is one; `kind` is the kind of
    record that would carry it.
    """
    if document == "":
        return
    name = f"{record.id}#session"
    yield Policy(
        id=name,
        provider="aws",
        type="session",
        account=record.account,
        name="session policy",
        managed="inline",
        document=document,
        default_version="",
        kind=kind,
        record=record.id,
    )
    yield Attachment(policy=name, target=record.id, use="session")
