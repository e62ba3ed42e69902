# SPDX-License-Identifier: Apache-2.0
"""Answers self-contained requests in the public format of `authz simulate`."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from bartizan.errors import BartizanError, InputError, Location, PolicyError
from bartizan.model.arn import account_of
from bartizan.model.verdict import Allowed, Denied, Unknown
from bartizan.reason.authz.aws.definition.decide import decide
from bartizan.reason.authz.aws.policy.document import Document
from bartizan.reason.authz.aws.policy.read import DEEPEST, read
from bartizan.reason.authz.aws.request import (
    AccessBlock,
    Attached,
    Caller,
    Context,
    Decision,
    Grant,
    Level,
    Policies,
    Request,
    RequestPrincipal,
    RequestResource,
)

_Account: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{12}|aws)?$")]
_WORDS = {"str": "string", "bool": "boolean", "int": "number", "float": "number"}
_DocumentText: TypeAlias = dict[str, Any] | str


class Organization(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The organisation of the caller's account."""

    id: str
    path: str = ""
    management_account: bool = False


class Principal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who asks; fields as `RequestPrincipal` has them."""

    type: Literal["role", "user", "root", "federated-user", "service", "anonymous", "oidc", "saml"]
    arn: str = ""
    session: str = ""
    account: _Account = ""
    unique_id: str = ""
    organization: Organization | None = None
    service_linked: bool = False


class Resource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for."""

    arn: str
    account: _Account = ""
    management_account: bool = False


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document under a name; null where it exists and could not be read."""

    document: _DocumentText | None
    name: str = ""
    missing: str = ""
    """What would have to be read, where `document` is null."""


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The guardrails of the root, a unit or the account."""

    target: str
    documents: list[dict[str, Any]]


class Constraints(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As `ListGrants` answers."""

    equals: dict[str, str] | None = msgspec.field(name="EncryptionContextEquals", default=None)
    subset: dict[str, str] | None = msgspec.field(name="EncryptionContextSubset", default=None)


class KeyGrant(msgspec.Struct, frozen=True):
    """As `ListGrants` answers; what does not matter here may be there."""

    grantee: str = msgspec.field(name="GranteePrincipal")
    operations: list[str] = msgspec.field(name="Operations")
    id: str = msgspec.field(name="GrantId", default="")
    constraints: Constraints | None = msgspec.field(name="Constraints", default=None)


class Block(msgspec.Struct, frozen=True):
    """As `GetPublicAccessBlock` answers, account and bucket joined."""

    restrict_public_buckets: bool = msgspec.field(name="RestrictPublicBuckets", default=False)
    ignore_public_acls: bool = msgspec.field(name="IgnorePublicAcls", default=False)


class PolicySet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All policies that apply; what is absent or null is no limit."""

    identity: list[dict[str, Any]] = []
    boundary: list[dict[str, Any]] | None = None
    session: list[dict[str, Any]] | None = None
    resource: dict[str, Any] | None = None
    scp: list[Target] | None = None
    rcp: list[Target] | None = None
    endpoint: list[dict[str, Any]] | None = None
    kms_grants: list[KeyGrant] = []
    block_public_access: Block | None = None
    missing: list[str] = []
    """Reads that failed and could have added any policy."""


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One request with all that is written about it."""

    principal: Principal
    action: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]+:[A-Za-z0-9_.-]+$")]
    resource: Resource
    id: str = ""
    context: dict[str, str | list[str]] = {}
    context_complete: bool = False
    policies: PolicySet = PolicySet()


def answer(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer one line; one that cannot be read is answered with its `error`."""
    given = line.get("id", "")
    name = given if isinstance(given, str) else ""
    try:
        asked = msgspec.convert(dict(line), Line)
        decision = decide(_request(asked), _policies(asked, name))
    except msgspec.ValidationError as error:
        wrong = InputError(_lowered(str(error)), hint="see the schema of this format")
        return {"id": name, "error": _error(wrong)}
    except BartizanError as error:
        return {"id": name, "error": _error(error)}
    return {"id": name, **_answer(decision)}


def schema() -> Mapping[str, Any]:
    """Return the JSON Schema of a line."""
    return msgspec.json.schema(Line)


def _lowered(message: str) -> str:
    """Say in JSON's words what the parser says in its own."""
    for theirs, ours in _WORDS.items():
        message = message.replace(f"`{theirs}`", f"`{ours}`")
    return message[:1].lower() + message[1:]


def _error(error: BartizanError) -> Mapping[str, Any]:
    at = "" if error.at is None else str(error.at)
    return {"code": error.code, "message": error.message, "at": at, "hint": error.hint}


def _answer(decision: Decision) -> Mapping[str, Any]:
    words = {Allowed: "allowed", Denied: "denied", Unknown: "unknown"}
    return {
        "verdict": words[type(decision.verdict)],
        "explicit": decision.explicit,
        "by": decision.by,
        "because": [
            {"policy": item.subject, "statement": item.statement, "why": item.why}
            for item in decision.because
        ],
        "missing": list(decision.missing),
        "rule": decision.rule,
    }


def _request(asked: Line) -> Request:
    who, organization = asked.principal, asked.principal.organization
    return Request(
        principal=RequestPrincipal(
            arn=who.arn,
            type=Caller(who.type),
            account=who.account,
            session=who.session,
            unique_id=who.unique_id,
            organization=organization.id if organization else "",
            organization_path=organization.path if organization else "",
            management_account=organization.management_account if organization else False,
            service_linked=who.service_linked,
        ),
        action=asked.action,
        resource=RequestResource(
            arn=asked.resource.arn,
            account=asked.resource.account or account_of(asked.resource.arn),
            management_account=asked.resource.management_account,
        ),
        context=Context(
            values={
                key: value if isinstance(value, str) else tuple(value)
                for key, value in asked.context.items()
            },
            complete=asked.context_complete,
        ),
    )


def _policies(asked: Line, name: str) -> Policies:
    given = asked.policies
    trust = asked.action.lower().startswith("sts:") and ":role/" in asked.resource.arn
    kind = "trust" if trust else "resource"
    block = given.block_public_access
    return Policies(
        identity=_documents(given.identity, "identity", name),
        boundary=_optional(given.boundary, "boundary", name),
        session=_optional(given.session, "session", name),
        # An empty object says, as null does, that there is none.
        resource=_document(given.resource, kind, kind, name) if given.resource else None,
        scp=_levels(given.scp, "scp", name),
        rcp=_levels(given.rcp, "rcp", name),
        endpoint=_optional(given.endpoint, "endpoint", name),
        kms_grants=tuple(_grant(grant) for grant in given.kms_grants),
        block_public_access=None if block is None else _block(block),
        missing=tuple(given.missing),
    )


def _block(block: Block) -> AccessBlock:
    return AccessBlock(
        restrict_public_buckets=block.restrict_public_buckets,
        ignore_public_acls=block.ignore_public_acls,
    )


def _optional(
    given: list[dict[str, Any]] | None, kind: str, name: str
) -> tuple[Attached, ...] | None:
    return None if given is None else _documents(given, kind, name)


def _documents(given: list[dict[str, Any]], kind: str, name: str) -> tuple[Attached, ...]:
    return tuple(
        _document(item, kind, f"{kind}[{index}]", name) for index, item in enumerate(given)
    )


def _levels(given: list[Target] | None, kind: str, name: str) -> tuple[Level, ...] | None:
    if given is None:
        return None
    return tuple(
        Level(
            target=level.target,
            policies=_documents(level.documents, kind, f"{name}:{level.target}" if name else ""),
        )
        for level in given
    )


def _document(given: dict[str, Any], kind: str, place: str, name: str) -> Attached:
    """Read a document, bare or under a name."""
    where = f"{name}:{place}" if name else place
    if "document" not in given:
        return Attached(id=place, document=_read(given, kind, where))
    known = msgspec.convert(given, Named)
    if known.document is None:
        return Attached(id=known.name or place, document=None, missing=known.missing)
    return Attached(id=known.name or place, document=_read(known.document, kind, where))


def _read(given: _DocumentText, kind: str, where: str) -> Document:
    if isinstance(given, str):
        return read(given, name=where, type=kind)
    try:
        text = json.dumps(given, ensure_ascii=False)
    except RecursionError as error:
        raise PolicyError(
            f"nested deeper than {DEEPEST} levels",
            at=Location(where),
            hint="a policy needs seven levels",
        ) from error
    return read(text, name=where, type=kind)


def _grant(grant: KeyGrant) -> Grant:
    limits = grant.constraints or Constraints()
    return Grant(
        id=grant.id,
        grantee=grant.grantee,
        operations=tuple(grant.operations),
        context_equals=limits.equals,
        context_subset=limits.subset,
    )
