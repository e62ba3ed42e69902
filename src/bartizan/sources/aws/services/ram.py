# SPDX-License-Identifier: Apache-2.0
"""Resource Access Manager: what an account shares with others."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Share
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import rows, text
from bartizan.sources.aws.service import Service

RESOURCE_SHARE = "AWS::RAM::ResourceShare"
RESOURCE = "AWS::RAM::Resource"
PRINCIPAL = "AWS::RAM::Principal"

_CALLS = (
    Call(
        service="ram",
        operation="GetResourceShares",
        kind=RESOURCE_SHARE,
        scope=Scope.REGION,
        parameters={"resourceOwner": "'SELF'"},
        items="resourceShares",
        id="item.resourceShareArn",
    ),
    Call(
        service="ram",
        operation="ListResources",
        kind=RESOURCE,
        scope=Scope.REGION,
        parameters={"resourceOwner": "'SELF'"},
        items="resources",
        id="join('|', [item.resourceShareArn, item.arn])",
    ),
    Call(
        service="ram",
        operation="ListPrincipals",
        kind=PRINCIPAL,
        scope=Scope.REGION,
        parameters={"resourceOwner": "'SELF'"},
        items="principals",
        id="join('|', [item.resourceShareArn, item.id])",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive a share for each thing and each principal of an active resource share.

    Which actions a share allows depends on its permissions; reading is the least of them. Source:
    https://docs.aws.amazon.com/ram/latest/userguide/getting-started-terms-and-concepts.html
    """
    inactive = {
        record.id
        for record in records.of(RESOURCE_SHARE)
        if record.body.get("status") not in (None, "ACTIVE")
    }
    resources: dict[str, list[str]] = {}
    for record in records.of(RESOURCE):
        share, _, arn = record.id.partition("|")
        resources.setdefault(share, []).append(arn)

    def principal(record: Record) -> Iterator[Row]:
        share = text(record.body, "resourceShareArn")
        if share in inactive:
            return
        for arn in resources.get(share, []):
            yield Share(
                resource=arn,
                with_whom=_with_whom(text(record.body, "id")),
                access="read",
                via="ram",
                kind=PRINCIPAL,
                record=record.id,
            )

    yield from rows(records, PRINCIPAL, principal)


def _with_whom(principal: str) -> str:
    """Return the id of the account, organisation or unit; the ARN of a user or role stays."""
    if ":organizations:" in principal and principal.startswith("arn:"):
        return principal.rpartition("/")[2]
    return principal


SERVICE = Service(name="Resource Access Manager", calls=_CALLS, normalise=normalise)
