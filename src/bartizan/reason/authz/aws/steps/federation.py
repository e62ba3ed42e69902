# SPDX-License-Identifier: Apache-2.0
"""Roles that an outside directory lets people into: OIDC, SAML, and whoever else may come.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
"""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import structs

from bartizan.model.evidence import Evidence
from bartizan.model.facts.identity import IdentityProvider, Principal
from bartizan.model.step import Ability, Foothold
from bartizan.reason.authz.aws.estate import pattern
from bartizan.reason.authz.aws.policy.document import ConditionTest, Principals
from bartizan.reason.authz.aws.steps.over import once
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Binding, Need, Technique

INTERNET = Foothold(Ability.START.value, "internet")

PUBLIC_ISSUERS = {
    "token.actions.githubusercontent.com": "repo:bartizan-outsider/any:ref:refs/heads/main",
    "gitlab.com": "project_path:bartizan-outsider/any:ref_type:branch:ref:main",
    "app.terraform.io": "organization:bartizan-outsider:project:p:workspace:w:run_phase:apply",
    "accounts.google.com": "000000000000000000000",
}
"""Issuers that sign tokens for anybody who opens an account there, with a stranger's subject."""

_KINDS = ("AWS::IAM::SAMLProvider", "AWS::IAM::OIDCProvider", "AWS::IAM::OIDCProviderEntry")
"""Kinds of records that tell of providers."""

_ORGANISATION_END = {"repo:": "/", "project_path:": "/", "organization:": ":"}
"""What follows the name of the organisation in a subject, by how the subject begins."""

OIDC = Technique(
    id="federation-oidc",
    title="Assume a role with a token of an outside identity provider",
    attack="T1550.001",
    explanation="The role's trust policy takes the provider's word. Without a condition on the "
    "token's subject everybody whom the provider serves is let in. Close it with a condition on "
    "`sub` that names the one repository, project or service account.",
    effort=1,
    over=once,
    needs=(Need(by="{provider}", action="sts:AssumeRoleWithWebIdentity", resource="{target}"),),
    grants=Ability.ACT_AS,
    entity="{target}",
)
SAML = Technique(
    id="federation-saml",
    title="Assume a role with an assertion of an outside directory",
    attack="T1606.002",
    explanation="Whoever controls the directory signs in as anybody. Close it by trusting only "
    "directories that are guarded as the account itself is.",
    effort=1,
    over=once,
    needs=(
        Need(
            by="{provider}",
            action="sts:AssumeRoleWithSAML",
            resource="{target}",
            context=(("SAML:aud", "{audience}"),),
        ),
    ),
    grants=Ability.ACT_AS,
    entity="{target}",
)


Way: TypeAlias = tuple[Technique, Foothold, Binding, Need]
"""A technique, where it starts, what it binds, and the request to try."""


def ways(scene: Scene) -> Iterator[Way]:
    """Yield each way into accounts that are in reach."""
    for provider in scene.providers():
        missing: tuple[str, ...] = ()
        if provider.arn not in scene.estate.providers:
            gaps = scene.estate.gaps
            found = (gaps.of_kind(kind, account=provider.account) for kind in _KINDS)
            missing = tuple(sorted({item for each in found for item in each}))
            if not missing:
                continue
        for role in scene.people(provider.account, "role"):
            if _trusts(scene, provider, role):
                tests = tuple(_tests(scene, provider, role))
                for technique, start, bound, need in _ways(provider, role, tests):
                    yield technique, start, structs.replace(bound, missing=missing), need


def _ways(
    provider: IdentityProvider, role: Principal, tests: tuple[ConditionTest, ...]
) -> Iterator[tuple[Technique, Foothold, Binding, Need]]:
    names = {"target": role.arn, "provider": provider.arn}
    fact = Evidence(subject=provider.arn, why="is an identity provider of the account")
    if provider.type == "saml":
        china = provider.arn.startswith("arn:aws-cn:")
        names["audience"] = (
            "https://signin.amazonaws.cn/saml" if china else "https://signin.aws.amazon.com/saml"
        )
        bound = Binding(names=names, evidence=(fact,))
        yield SAML, Foothold(Ability.START.value, provider.arn), bound, SAML.needs[0]
        return
    bound = Binding(names=names, evidence=(fact,))
    for subject, start in _subjects(provider, tests):
        for audience in (*provider.audiences, ""):
            context: list[tuple[str, str | None]] = [(f"{provider.issuer}:sub", subject)]
            if audience:
                context.append((f"{provider.issuer}:aud", audience))
            need = Need(
                by="{provider}",
                action="sts:AssumeRoleWithWebIdentity",
                resource="{target}",
                context=tuple(context),
            )
            yield OIDC, start, bound, need


def _subjects(
    provider: IdentityProvider, tests: tuple[ConditionTest, ...]
) -> Iterator[tuple[str, Foothold]]:
    """Yield subjects to try, a stranger's first, with where each starts."""
    key = f"{provider.issuer}:sub".lower()
    written = [v for test in tests if test.key.lower() == key for v in test.values]
    stranger = PUBLIC_ISSUERS.get(provider.issuer)
    if stranger is not None:
        yield stranger, INTERNET
        for text in written:
            if _open_organisation(text):
                yield pattern.instance(text, fill=pattern.FRESH), INTERNET
    else:
        yield pattern.FRESH, Foothold(Ability.START.value, f"{provider.arn}|*")
    for text in dict.fromkeys(written):
        start = Foothold(Ability.START.value, f"{provider.arn}|{text}")
        yield pattern.instance(text, fill="main"), start
    if stranger is not None and not written:
        yield stranger, Foothold(Ability.START.value, f"{provider.arn}|*")


def _open_organisation(text: str) -> bool:
    """A stranger may choose the name of an organisation so that `text` stands for it."""
    for begin, end in _ORGANISATION_END.items():
        if text.startswith(begin):
            return "*" in text.removeprefix(begin).split(end, 1)[0]
    return text.startswith("*")


def _trusts(scene: Scene, provider: IdentityProvider, role: Principal) -> bool:
    """The role's trust policy names the provider or anybody, or cannot be read."""
    trust = scene.estate.documents.of(role.arn, "trust")
    return any(
        policy.document is None
        or any(_names(provider, statement.principal) for statement in policy.document.statements)
        for policy in trust
    )


def _names(provider: IdentityProvider, named: Principals | None) -> bool:
    if named is None or named.any:
        return True
    wanted = {provider.arn, provider.issuer or provider.arn, "*"}
    return not wanted.isdisjoint(named.federated)


def _tests(scene: Scene, provider: IdentityProvider, role: Principal) -> Iterator[ConditionTest]:
    trust = scene.estate.documents.of(role.arn, "trust")
    for _, statement in scene.estate.documents.statements(trust):
        for test in statement.conditions:
            if test.key.lower().startswith(f"{provider.issuer}:".lower()):
                yield test
