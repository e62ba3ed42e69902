# SPDX-License-Identifier: Apache-2.0
"""An estate as both engines ask of it: who calls, what applies, what is known.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import structs

from bartizan.model.facts import Facts
from bartizan.model.facts.identity import IdentityProvider, Membership, Principal
from bartizan.model.facts.organization import Account
from bartizan.model.facts.policy import KeyGrant, PublicAccessBlock
from bartizan.reason.authz.aws.estate import caller, pattern, setting
from bartizan.reason.authz.aws.estate.documents import FULL_ACCESS, Documents
from bartizan.reason.authz.aws.estate.endpoints import Endpoints
from bartizan.reason.authz.aws.estate.guardrails import Guardrails
from bartizan.reason.authz.aws.estate.ownership import Ownership, Place
from bartizan.reason.authz.aws.estate.people import People
from bartizan.reason.authz.aws.estate.sessions import Sessions
from bartizan.reason.authz.aws.estate.unread import Gaps
from bartizan.reason.authz.aws.request import (
    AccessBlock,
    Attached,
    Caller,
    Context,
    Grant,
    Policies,
    Request,
    RequestResource,
)

CARRIERS = frozenset({
    *("apigateway", "backup", "codeartifact", "dynamodb", "ecr", "elasticfilesystem", "es"),
    *("events", "glacier", "glue", "kinesis", "kms", "lambda", "logs", "s3", "s3express"),
    *("secretsmanager", "sns", "sqs", "ssm", "sts", "vpce"),
})  # fmt: skip
"""Services whose resources carry policies of their own, so that one unread may allow.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""

POLICIES_NOT_READ = frozenset({
    *("backup", "codeartifact", "elasticfilesystem", "es", "glacier", "s3express"),
})  # fmt: skip
"""Those of them whose policies no source reads."""

_ACCESS_POINT = ":accesspoint/"

Chosen = Mapping[str, str | tuple[str, ...]]


class Estate:
    """All that is written about requests in one snapshot, found by who asks for what."""

    def __init__(self, facts: Facts, *, at: str = "", excerpts: bool = True) -> None:
        """Take facts, and the time for which they hold; without `excerpts` no statement has its
        `text`, for those who show none.
        """
        self.facts, self.at = facts, at
        self.accounts = facts.made(Account, _accounts)
        self.principals = {row.arn: row for row in facts.rows(Principal) if row.provider == "aws"}
        self.providers = facts.made(IdentityProvider, _providers)
        self.documents = Documents(facts, excerpts=excerpts)
        self.gaps = Gaps(facts)
        self.groups: dict[str, list[str]] = defaultdict(list)
        for row in facts.rows(Membership):
            self.groups[row.user].append(row.group)
        self._blocks = {row.target: row for row in facts.rows(PublicAccessBlock)}
        self._grants: dict[str, list[Grant]] = defaultdict(list)
        for grant in facts.rows(KeyGrant):
            self._grants[grant.key].append(_grant(grant))
        self.guardrails = Guardrails(facts, self.accounts, self.documents, self.gaps)
        self.endpoints = Endpoints(facts, self.accounts, self.gaps)
        self.caller = functools.cache(
            People(
                self.accounts,
                self.principals,
                self.providers,
                organization_read=not self.gaps.of_organization(member=False),
            ).request_principal
        )
        self.identity = functools.lru_cache(1 << 14)(self._identity)
        self.session = functools.cache(Sessions(facts, self.documents).policies)
        self.resource_policy = functools.cache(self._resource_policy)
        self.may = functools.cache(self._may)

    @functools.cached_property
    def ownership(self) -> Ownership:
        """Whose things are; not asked for while policies are compiled."""
        return Ownership(self.facts)

    @property
    def uncollected(self) -> tuple[str, ...]:
        """The accounts that nobody has read, sorted."""
        return self.facts.made(Account, _uncollected)

    def mentions(self, arn: str) -> bool:
        """`arn` itself is a thing of the estate, or a policy or grant is attached to it."""
        return self.ownership.knows(arn) or arn in self.documents.carriers or arn in self._grants

    def knows(self, principal: str) -> bool:
        """`principal` is somebody whose rights this snapshot can tell."""
        who = self.caller(principal)
        if who.type in {Caller.ROLE, Caller.USER}:
            return who.arn in self.principals or who.account not in self.accounts
        # Whose session a federated user has, and under what policy, stands nowhere.
        return who.type is not Caller.FEDERATED_USER

    def retagged(self, request: Request) -> Request | None:
        """Leave out the tags of the caller's role that a session could replace.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
        """
        role = self.principals.get(request.principal.arn)
        if role is None or not role.tags or not self.sessions_take_tags(role.arn):
            return None
        own = {f"aws:principaltag/{key}".lower(): value for key, value in role.tags.items()}
        held = request.context.values
        left = {key: value for key, value in held.items() if own.get(key.lower()) != _one(value)}
        if len(left) == len(held):
            return None
        return structs.replace(request, context=structs.replace(request.context, values=left))

    def request(
        self,
        principal: str,
        action: str,
        resource: str,
        chosen: Chosen,
        *,
        complete: bool = False,
    ) -> Request:
        """State a request: who really asks, whose the resource is, what is known beside it."""
        who = self.caller(principal)
        place = self.ownership.of(resource)
        account = place.account or (who.account if is_of_caller(place) else "")
        owner = self.accounts.get(account)
        tags = self.principals[who.arn].tags if who.arn in self.principals else {}
        known = setting.known(who, place, owner, tags=tags, action=action)
        taken = {key.lower() for key in chosen}
        values = {key: value for key, value in known.items() if key.lower() not in taken}
        return Request(
            principal=who,
            action=action,
            resource=RequestResource(
                arn=resource,
                account=account,
                management_account=owner is not None and owner.management,
            ),
            context=Context(values={**values, **chosen}, complete=complete),
        )

    def policies(self, principal: str, action: str, resource: str) -> Policies:
        """Collect all that is written about one request; unread parts stand in their places."""
        who = self.caller(principal)
        identity, boundary = self.identity(principal)
        place = self.ownership.of(resource)
        return Policies(
            identity=identity,
            boundary=boundary,
            session=self.session(principal),
            resource=self.resource_policy(resource, is_trust(action)),
            scp=self.guardrails.levels(who.account, "scp"),
            # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
            rcp=None if place.of_vendor else self.guardrails.levels(place.account, "rcp"),
            kms_grants=self.grants(resource),
            grants_missing=self.unread_grants(resource),
            block_public_access=self.public_access(place),
            missing=self.unlisted(place),
        )

    def _identity(
        self, principal: str
    ) -> tuple[tuple[Attached, ...], tuple[Attached, ...] | None]:
        """Return the identity policies of a caller and its boundary."""
        name = caller.parse(principal)
        who = self.caller(principal)
        if who.type not in {Caller.ROLE, Caller.USER, Caller.FEDERATED_USER}:
            return (), None
        account = self.accounts.get(who.account)
        if account is None or who.arn.endswith(f":role/{caller.ADMINISTRATOR}"):
            return (FULL_ACCESS,), None
        boundary = self.documents.of(who.arn, "boundary") or None
        if name.escalated:
            return (FULL_ACCESS,), boundary
        groups = [*self.groups.get(who.arn, ()), *self._joined(who.arn, name.group)]
        own = [
            policy
            for holder in (who.arn, *sorted(groups))
            for policy in self.documents.of(holder, "identity")
        ]
        gaps = self._hidden(who.arn, account)
        return (*own, *gaps), (*boundary, *gaps) if boundary else gaps or None

    def _hidden(self, arn: str, account: Account) -> tuple[Attached, ...]:
        missing = [*self.gaps.of_principal(arn), *self.gaps.of_principals(account.id)]
        if not account.collected and arn not in self.principals:
            missing.append(f"iam:GetAccountAuthorizationDetails of account {account.id}")
        return tuple(
            Attached(id=f"unread policies of {arn}", document=None, missing=item)
            for item in missing
        )

    def _joined(self, user: str, group: str) -> Iterable[str]:
        """Return the ARN of the group that `user` was put into."""
        if not group:
            return ()
        account = self.caller(user).account
        return [
            row.arn
            for row in self.principals.values()
            if row.type == "group" and (row.account, row.name) == (account, group)
        ]

    def _resource_policy(self, resource: str, trust: bool) -> Attached | None:  # noqa: FBT001 - cached by position
        """Return the policy that `resource` itself carries."""
        if not resource.startswith("arn:"):
            return None
        place = self.ownership.of(resource)
        # Nothing but a role has a trust policy, whatever is asked of it.
        trust = trust and ":role/" in place.arn
        held = self.documents.of(place.arn, "trust" if trust else "resource")
        if held:
            return held[0]
        if resource.split(":", 3)[2] not in CARRIERS and not trust:
            return None
        owner = self.accounts.get(place.account)
        missing = self.gaps.of_policy(place.arn, account=place.account)
        if trust and owner is not None:
            missing = tuple(item.missing for item in self._hidden(place.arn, owner))
        if resource.split(":", 3)[2] == "kms":
            missing = missing or self.gaps.of_kind("AWS::KMS::KeyListEntry", account=place.account)
            missing = missing or (f"kms:GetKeyPolicy of {place.arn}",)
        if resource.split(":", 3)[2] in POLICIES_NOT_READ or _ACCESS_POINT in resource:
            missing = missing or (f"policy of {resource}",)
        stranger = owner is None and (place.account != "" or _is_s3(place.arn))
        if stranger or (trust and not missing and place.tags is None):
            hidden = self.gaps.of_listing("AWS::S3::Bucket") if _is_s3(place.arn) else ()
            missing = missing or (*hidden, f"policy of {place.arn}")
        if not missing:
            return None
        return Attached(id=f"{place.arn}#unread", document=None, missing=", ".join(missing))

    def public_access(self, place: Place) -> AccessBlock | None:
        """Join the blocks of a bucket and of its account, which the stricter decides."""
        if not _is_s3(place.arn):
            return None
        blocks = [self._blocks[t] for t in (place.arn, place.account) if t in self._blocks]
        restricts = any(b.restrict_public_buckets for b in blocks)
        missing = self.gaps.of_public_access_block(place.arn, account=place.account)
        return AccessBlock(
            restrict_public_buckets=restricts,
            ignore_public_acls=any(b.ignore_public_acls for b in blocks),
            missing=() if restricts else missing,
        )

    def unlisted(self, place: Place) -> tuple[str, ...]:
        """Name what hides whose a disk snapshot is, as its ARN does not say."""
        hidden = not place.account and ":snapshot/" in place.arn
        return self.gaps.of_listing("AWS::EC2::Snapshot") if hidden else ()

    def grants(self, resource: str) -> tuple[Grant, ...]:
        """Return the grants on the key `resource`; none for anything else."""
        return tuple(self._grants.get(resource, ()))

    def unread_grants(self, resource: str) -> tuple[str, ...]:
        """Name what hides grants on the key `resource`; empty for anything else."""
        place = self.ownership.of(resource)
        if place.arn.split(":", 3)[2:3] != ["kms"]:
            return ()
        return self.gaps.of_grants(place.arn, account=place.account)

    def lacks(self, request: Request, key: str) -> bool:
        """`key`, in lower case, is certainly not in `request`."""
        place = self.ownership.of(request.resource.arn)
        owner = self.accounts.get(request.resource.account)
        if setting.is_resource_tag(key) and self.gaps.of_tags(place.arn, account=place.account):
            return False
        if setting.is_of_organization(key) and self.gaps.of_organization(member=False):
            return False
        who = request.principal.arn
        tagged = setting.is_principal_tag(key) and self.sessions_take_tags(who)
        return setting.surely_absent(
            key,
            request.principal,
            place,
            owner,
            tagged=tagged,
            forwarded=setting.is_forwarded(request.context.values),
        )

    def sessions_take_tags(self, principal: str) -> bool:
        """Whoever assumes this role may be able to tag the session.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
        """
        if principal not in self.principals:
            return principal.startswith("arn:") and self.caller(principal).type is Caller.ROLE
        trust = self.documents.of(principal, "trust")
        return any(policy.document is None for policy in trust) or any(
            pattern.could_allow(statement, "sts:TagSession", principal)
            for _, statement in self.documents.statements(trust)
        )

    def regions_named(self, principal: str) -> frozenset[str]:
        """Name the regions, or patterns of them, that what is written about a caller speaks of."""
        identity, boundary = self.identity(principal)
        levels = self.guardrails.levels(self.caller(principal).account, "scp") or ()
        limits = (*(boundary or ()), *(self.session(principal) or ()))
        held = (*identity, *limits, *(p for level in levels for p in level.policies))
        found: set[str] = set()
        for _, statement in self.documents.statements(held):
            for test in statement.conditions:
                if test.key.lower() == "aws:requestedregion":
                    found.update(test.values)
            for text in (*(statement.resource or ()), *(statement.not_resource or ())):
                found.update(text.split(":", 4)[3:4])
        return frozenset(found - {"", "*"})

    def _may(self, principal: str, action: str) -> bool:
        """Some identity policy of `principal` could allow `action` on something."""
        who = self.caller(principal)
        if who.type is Caller.ROOT:
            return True
        identity, _ = self.identity(principal)
        return any(
            policy.document is None
            or any(
                statement.effect.value == "Allow" and pattern.covers_action(statement, action)
                for statement in policy.document.statements
            )
            for policy in identity
        )


def _accounts(rows: tuple[Account, ...]) -> Mapping[str, Account]:
    return {row.id: row for row in rows if row.provider == "aws"}


def _uncollected(rows: tuple[Account, ...]) -> tuple[str, ...]:
    return tuple(sorted(row.id for row in _accounts(rows).values() if not row.collected))


def _providers(rows: tuple[IdentityProvider, ...]) -> Mapping[str, IdentityProvider]:
    return {row.arn: row for row in rows}


def is_of_caller(place: Place) -> bool:
    """A thing whose ARN does not say whose it is counts as the caller's own.

    So do public images and documents, and requests without a resource; but a bucket that is not
    in the estate is somebody's.
    """
    return not place.account and not (place.arn.startswith("arn:") and _is_s3(place.arn))


def is_read(arn: str) -> bool:
    """A policy on a thing that is in no snapshot would have been read, had it been there, if all
    of its account was; so it has none.
    """
    service = arn.split(":", 3)[2] if arn.count(":") > 2 else ""  # noqa: PLR2004 - of an ARN
    if service not in CARRIERS:
        return True
    return service not in POLICIES_NOT_READ | {"kms"} and _ACCESS_POINT not in arn


def is_trust(action: str) -> bool:
    """`action` asks a role's trust policy.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
    """
    return action.lower().startswith(("sts:assumerole", "sts:tagsession", "sts:setsourceidentity"))


def _one(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Return the only value of a list of one, as it says the same."""
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _is_s3(arn: str) -> bool:
    return arn.split(":", 3)[2:3] == ["s3"]


def _grant(row: KeyGrant) -> Grant:
    return Grant(
        id=row.id,
        grantee=row.grantee,
        operations=row.operations,
        context_equals=_pairs(row.encryption_context_equals),
        context_subset=_pairs(row.encryption_context_subset),
    )


def _pairs(texts: Iterable[str]) -> Mapping[str, str] | None:
    pairs = dict(text.partition("=")[::2] for text in texts)
    return pairs or None
