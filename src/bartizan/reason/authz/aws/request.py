# SPDX-License-Identifier: Apache-2.0
"""One concrete request to AWS and the policies that apply to it: what both engines decide.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Hashable, Mapping
from enum import Enum
from typing import Any

from msgspec import Struct, field, structs

from bartizan.model.evidence import Evidence
from bartizan.model.verdict import Allowed, Denied, Unknown, Verdict
from bartizan.reason.authz.aws.policy.document import Document


class Caller(Enum):
    """Who makes the request; the rules differ by kind."""

    # Members are single, and are looked up in sets for every request.
    __hash__ = object.__hash__

    ROLE = "role"
    """A session of a role (`arn` is the role's, `session` the session's)."""
    USER = "user"
    ROOT = "root"
    FEDERATED_USER = "federated-user"
    """A session of `sts:GetFederationToken` (`arn` is the parent user's)."""
    SERVICE = "service"
    """An AWS service principal; `arn` is its name, `lambda.amazonaws.com`."""
    ANONYMOUS = "anonymous"
    OIDC = "oidc"
    """Somebody with a token of an OIDC provider; `arn` is the provider's ARN or issuer."""
    SAML = "saml"
    """Somebody with an assertion of a SAML provider; `arn` is the provider's ARN."""


UNIQUE_IDS: Mapping[Caller, str] = {
    Caller.ROLE: "AROA",
    Caller.USER: "AIDA",
    Caller.FEDERATED_USER: "AIDA",
}
"""How the unique ids begin by which policies may name callers of a type, section "Understanding
unique ID prefixes" of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"""


class RequestPrincipal(Struct, frozen=True, kw_only=True):
    """Who asks."""

    arn: str
    """As `Caller` says; empty for anonymous."""
    type: Caller
    account: str = ""
    """Empty for services, anonymous, OIDC and SAML."""
    session: str = ""
    """`arn:aws:sts::<account>:assumed-role/<role>/<session>` or `...:federated-user/<name>`."""
    unique_id: str = ""
    """`AROA...`, so that policies that name a deleted twin do not match; empty where not known."""
    organization: str = ""
    """Id of the organisation of `account`; empty for none."""
    organization_known: bool = True
    """An empty `organization` means none; else that it could not be read."""
    organization_path: str = ""
    """`o-1/r-1/ou-1/`; empty for none."""
    management_account: bool = False
    """`account` is its organisation's management account."""
    service_linked: bool = False
    """A service-linked role."""


class RequestResource(Struct, frozen=True, kw_only=True):
    """What is asked for."""

    arn: str
    """Its ARN, or `*` for an action that has no resource."""
    account: str
    """Account that owns it (an S3 ARN does not say)."""
    management_account: bool = False
    """`account` is its organisation's management account."""


class Context(Struct, frozen=True, kw_only=True):
    """The condition keys of the request."""

    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """Key, in any case, to its value; a tuple for multivalued keys."""
    complete: bool = False
    """A key that is not listed is absent; else it is unknown, but for those in `absent`."""
    absent: frozenset[str] = frozenset()
    """Keys, in any case, that are known to be absent though `complete` is false."""


class Attached(Struct, frozen=True, kw_only=True):
    """A policy document in its place; `document` is None where it could not be read."""

    id: str
    """Id in the `policy` table, or the name that the user gave."""
    document: Document | None
    missing: str = ""
    """What would have to be read, where `document` is None: `iam:GetRolePolicy of arn:...`."""


class Level(Struct, frozen=True, kw_only=True):
    """The guardrails of one target on the way from the root to the account."""

    target: str
    """Id of the root, unit or account."""
    policies: tuple[Attached, ...]
    """A level without any allows nothing."""


class Grant(Struct, frozen=True, kw_only=True):
    """A KMS grant on the key that is asked for."""

    id: str
    grantee: str
    operations: tuple[str, ...]
    context_equals: Mapping[str, str] | None = None
    context_subset: Mapping[str, str] | None = None


class AccessBlock(Struct, frozen=True, kw_only=True):
    """The union of S3's block of public access of the account and of the bucket."""

    restrict_public_buckets: bool = False
    ignore_public_acls: bool = False
    missing: tuple[str, ...] = ()
    """Reads that failed and could have restricted public buckets."""


class Policies(Struct, frozen=True, kw_only=True, eq=False):
    """All that is written about one request. A tuple that is None means: no such limit."""

    identity: tuple[Attached, ...] = ()
    """Of the user and its groups, or of the role."""
    boundary: tuple[Attached, ...] | None = None
    session: tuple[Attached, ...] | None = None
    resource: Attached | None = None
    """The resource's own policy; for `sts:AssumeRole*` the trust policy; None for none."""
    scp: tuple[Level, ...] | None = None
    """From the root down to the account of the caller; None where the feature is off."""
    rcp: tuple[Level, ...] | None = None
    """From the root down to the account of the resource; None where the feature is off."""
    endpoint: tuple[Attached, ...] | None = None
    """Of the VPC endpoint that the request goes through; None where it goes through none."""
    kms_grants: tuple[Grant, ...] = ()
    grants_missing: tuple[str, ...] = ()
    """Reads that failed and could have added a grant to anybody."""
    block_public_access: AccessBlock | None = None
    missing: tuple[str, ...] = ()
    """Reads that failed and could have added a policy of any kind that allows or denies: the
    answer is unknown unless an explicit deny settles it."""
    remembered: dict[Hashable, Any] = field(default_factory=dict)
    """What they were found to say, kept by who finds it: the same request is decided repeatedly,
    with more known of it each time."""

    def __post_init__(self) -> None:
        """Forget what others were found to say that these were made from."""
        structs.force_setattr(self, "remembered", {})


class Request(Struct, frozen=True, kw_only=True):
    """One concrete request."""

    principal: RequestPrincipal
    action: str
    """`s3:GetObject`; no wildcard."""
    resource: RequestResource
    context: Context = field(default_factory=Context)


class Decision(Struct, frozen=True, kw_only=True):
    """The answer to one request, with what decided it."""

    verdict: Verdict
    by: str
    """Which kind of policy decided: `identity`, `boundary`, `session`, `resource`, `scp`, `rcp`,
    `endpoint`, `grant`, `root`, `exempt` (no policy has a say), `block-public-access`."""
    explicit: bool
    """A Deny statement decided, not the absence of an Allow."""
    rule: str
    """The vendor's rule that was decisive, in one sentence with its page's address."""
    sides: tuple[tuple[Evidence, ...], ...] = ()
    """For an allowed request: each group, taken away whole, would alone undo it. A group lists
    every statement or grant that allows there, those that may allow under another context
    included. Empty for what no statement grants (the root user)."""

    @property
    def allowed(self) -> bool:
        """It is certainly allowed."""
        return isinstance(self.verdict, Allowed)

    @property
    def because(self) -> tuple[Evidence, ...]:
        """Return the statements that decided it; empty for an implicit deny and for unknown."""
        return () if isinstance(self.verdict, Unknown) else self.verdict.because

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what would have had to be known: `context:<key>`, a read that failed, or
        `behaviour:<what>` where the vendor does not say what it does.
        """
        match self.verdict:
            case Unknown(missing=missing):
                return missing
            case Allowed() | Denied():
                return ()
