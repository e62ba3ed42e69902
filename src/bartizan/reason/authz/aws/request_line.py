# SPDX-License-Identifier: Apache-2.0
"""The public format of `authz simulate`: what a line may hold.

A field that is absent has its default; null is taken only where it is named. An empty list of
policies is not an absent one: a limit without documents allows nothing.
"""

import re
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from bartizan.reason.authz.aws.policy.place import Path

SEE_SCHEMA = "see the schema of this format"
_WORDS = {"str": "string", "bool": "boolean", "int": "number", "float": "number"}
_WHERE = re.compile(r" - at `\$(.*)`$", re.DOTALL)
_BYTE = re.compile(r" \(byte \d+\)$")
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_SHOWN = 300
"""Characters of a message, which may name a field as long as the line."""
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")

_Account: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{12}|aws)?$")]
_Arn: TypeAlias = Annotated[str, msgspec.Meta(max_length=8_192)]
"""The vendor's own limit is 2,048 characters."""
_Value: TypeAlias = Annotated[str, msgspec.Meta(max_length=16_384)]
"""No key holds more: the longest, a pair of an encryption context, has at most half of it."""
DocumentText: TypeAlias = dict[str, Any] | str


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

    arn: _Arn
    account: _Account = ""
    management_account: bool = False


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document under a name; null where it exists and could not be read."""

    document: DocumentText | None
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
    context: dict[str, _Value | list[_Value]] = {}
    context_complete: bool = False
    policies: PolicySet = PolicySet()


class Because(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One statement or grant that decided."""

    policy: str
    statement: str
    why: str


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to a line that could be read."""

    id: str
    verdict: Literal["allowed", "denied", "unknown"]
    explicit: bool
    by: str
    because: list[Because]
    missing: list[str]
    rule: str


class Wrong(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with a line: `at` is stream, line and column."""

    code: str
    message: str
    at: str
    hint: str


class Refused(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to a line that could not be read."""

    id: str
    error: Wrong


def in_words(error: Exception) -> tuple[str, Path]:
    """Say in JSON's words what the parser says in its own, and where that is."""
    message = str(error)
    hit = _WHERE.search(message)
    steps = _STEP.findall(hit[1]) if hit else ()
    message = _BYTE.sub("", _WHERE.sub("", message)).replace("JSON is malformed", "not JSON")
    if message.startswith("Expected"):
        message = _WORD.sub(lambda word: _WORDS[word[0]], message)
    return message[:1].lower() + message[1:_SHOWN], tuple(
        name or int(index) for name, index in steps
    )
