# SPDX-License-Identifier: Apache-2.0
"""Access keys and identity providers: what one must hold to sign in as a principal."""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.identity import AccessKey, IdentityProvider
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import rows, text, texts
from bartizan.sources.aws.services.iam_report import check


def holders(records: Records) -> Mapping[str, str]:
    """Return the ARN of the user behind each access key that is known and works, by key id."""
    return {
        row.id: row.principal
        for row in sign_in(records)
        if isinstance(row, AccessKey) and row.active and row.principal
    }


def sign_in(records: Records) -> Iterator[Row]:
    """Yield access keys and identity providers."""
    users = {
        (row.account, str(row.body.get("UserName"))): row.id
        for row in records.of("AWS::IAM::User")
    }
    used = {row.id: row for row in records.of("AWS::IAM::AccessKeyLastUsed")}
    yield from rows(records, "AWS::IAM::AccessKey", lambda row: _access_key(row, users, used))
    described = {row.id for row in records.of("AWS::IAM::OIDCProvider")}
    for row in records.of("AWS::IAM::OIDCProviderEntry"):
        if row.id not in described:
            yield _listed(row)
    yield from rows(records, "AWS::IAM::OIDCProvider", _oidc)
    yield from rows(records, "AWS::IAM::SAMLProvider", _saml)
    yield from rows(records, "AWS::IAM::CredentialReport", _report)


def _access_key(
    record: Record, users: Mapping[tuple[str, str], str], used: Mapping[str, Record]
) -> Iterator[Row]:
    last = used[record.id].body if record.id in used else {}
    yield AccessKey(
        id=record.id,
        principal=users.get((record.account, text(record.body, "UserName")), ""),
        active=text(record.body, "Status") != "Inactive",
        created=text(record.body, "CreateDate"),
        last_used=text(last, "AccessKeyLastUsed", "LastUsedDate"),
    )


def _listed(record: Record) -> IdentityProvider:
    """Return a provider of which only the ARN is known; it ends with the issuer.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    issuer = record.id.partition(":oidc-provider/")[2]
    return IdentityProvider(
        arn=record.id, account=record.account, type="oidc", issuer=issuer, audiences=()
    )


def _oidc(record: Record) -> Iterator[Row]:
    yield IdentityProvider(
        arn=record.id,
        account=record.account,
        type="oidc",
        issuer=text(record.body, "Url").removeprefix("https://"),
        audiences=tuple(sorted(texts(record.body, "ClientIDList"))),
    )


def _saml(record: Record) -> Iterator[Row]:
    yield IdentityProvider(
        arn=record.id, account=record.account, type="saml", issuer="", audiences=()
    )


def _report(record: Record) -> Iterator[Row]:
    check(record)
    yield from ()
