# SPDX-License-Identifier: Apache-2.0
"""Rows of facts for generated organisations, as normalisers would state them."""

from collections.abc import Iterator, Mapping

from bartizan.model.arn import Arn, account_of
from bartizan.model.facts.estate import Key, Store, Workload
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy, PublicAccessBlock
from bartizan.model.table import Row

REGION = "eu-west-1"
_PREFIX = {"role": "AROA", "user": "AIDA", "group": "AGPA"}


def principal(
    kind: str,
    account: str,
    name: str,
    *,
    path: str = "/",
    tags: Mapping[str, str] | None = None,
    service_linked: bool = False,
) -> Principal:
    """Return a user, role, group or root user."""
    resource = "root" if kind == "root" else f"{kind}{path}{name}"
    return Principal(
        arn=f"arn:aws:iam::{account}:{resource}",
        provider="aws",
        type=kind,
        account=account,
        name=name,
        path=path,
        unique_id=f"{_PREFIX[kind]}{account}{name}"[:21].upper() if kind in _PREFIX else "",
        tags=tags or {},
        service_linked=service_linked,
        max_session=3600 if kind == "role" else 0,
        console=kind == "user",
        mfa=kind == "user",
        last_used="",
        created="",
    )


def managed(arn: str, document: str) -> Policy:
    """Return a managed policy of a customer, or of AWS."""
    account = account_of(arn)
    by = "aws" if account == "aws" else "customer"
    return Policy(
        id=arn,
        provider="aws",
        type="identity",
        account=account,
        name=arn.rpartition("/")[2],
        managed=by,
        document=document,
        default_version="v1",
        kind="AWS::IAM::AWSManagedPolicy" if by == "aws" else "AWS::IAM::ManagedPolicy",
        record=arn,
    )


def inline(holder: str, name: str, document: str) -> Iterator[Row]:
    """Yield an inline policy of a principal, attached."""
    kind = f"AWS::IAM::{holder.split(':', 5)[5].partition('/')[0].capitalize()}"
    yield from _own(holder, f"inline/{name}", document, type_="identity", kind=kind)


def trust(role: str, document: str) -> Iterator[Row]:
    """Yield the trust policy of a role, attached."""
    yield from _own(role, "trust", document, type_="trust", kind="AWS::IAM::Role")


def resource(arn: str, document: str, *, account: str, kind: str) -> Iterator[Row]:
    """Yield the policy of a resource, attached."""
    yield from _own(arn, "resource", document, type_="resource", kind=kind, account=account)


def _own(
    holder: str, what: str, document: str, *, type_: str, kind: str, account: str = ""
) -> Iterator[Row]:
    id_ = f"{holder}#{what}"
    yield Policy(
        id=id_,
        provider="aws",
        type=type_,
        account=account or account_of(holder),
        name=what.rpartition("/")[2],
        managed="inline",
        document=document,
        default_version="",
        kind=kind,
        record=holder,
    )
    yield Attachment(policy=id_, target=holder, use=type_)


def guardrail(id_: str, document: str, *, use: str) -> Policy:
    """Return an SCP or RCP."""
    return Policy(
        id=id_,
        provider="aws",
        type=use,
        account=account_of(id_),
        name=id_.rpartition("/")[2],
        managed="customer",
        document=document,
        default_version="",
        kind="AWS::Organizations::Policy",
        record=id_,
    )


def store(
    kind: str, arn: str, account: str, *, key: str = "", tags: Mapping[str, str] | None = None
) -> Store:
    """Return a place where data lies; `kind` is without `AWS::`."""
    return Store(
        arn=arn,
        kind=f"AWS::{kind}",
        account=account,
        region=REGION,
        name=Arn.parse(arn).name,
        key=key,
        tags=tags or {},
    )


def key(arn: str, *, tags: Mapping[str, str] | None = None, manager: str = "CUSTOMER") -> Key:
    """Return an encryption key."""
    return Key(
        arn=arn,
        account=account_of(arn),
        region=REGION,
        manager=manager,
        state="Enabled",
        aliases=(),
        tags=tags or {},
    )


def workload(kind: str, arn: str, *, role: str, tags: Mapping[str, str] | None = None) -> Workload:
    """Return something that runs as a role; `kind` is without `AWS::`."""
    return Workload(
        arn=arn,
        kind=f"AWS::{kind}",
        account=account_of(arn),
        region=REGION,
        name=Arn.parse(arn).name,
        role=role,
        running=True,
        tags=tags or {},
        public=False,
        anonymous=False,
        metadata_v1=False,
        privileged=False,
        related={},
    )


def grant(key_arn: str, grantee: str, number: int) -> KeyGrant:
    """Return a grant that lets `grantee` decrypt."""
    return KeyGrant(
        id=f"{number:064}",
        key=key_arn,
        grantee=grantee,
        retiring="",
        operations=("Decrypt", "GenerateDataKey"),
        encryption_context_equals=(),
        encryption_context_subset=(),
    )


def block(target: str) -> PublicAccessBlock:
    """Return a block of public access, whole."""
    return PublicAccessBlock(
        target=target,
        block_public_acls=True,
        ignore_public_acls=True,
        block_public_policy=True,
        restrict_public_buckets=True,
    )
