# SPDX-License-Identifier: Apache-2.0
"""Rules about the trust policies of roles: who signs in from elsewhere, and how.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from collections.abc import Iterator

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws.check.condition_set import fails_on_absence
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Stated, Subject, Text
from bartizan.reason.authz.aws.policy.action import any_action

_OIDC = f"{GUIDE}id_roles_create_for-idp_oidc.html"
_ASSUME = {
    "AWS": "sts:assumerole",
    "Service": "sts:assumerole",
    "saml": "sts:assumerolewithsaml",
    "oidc": "sts:assumerolewithwebidentity",
}
_ASSUMING = frozenset({*_ASSUME.values(), "sts:setcontext"})
_SPELLED = {
    "sts:assumerole": "sts:AssumeRole",
    "sts:assumerolewithsaml": "sts:AssumeRoleWithSAML",
    "sts:assumerolewithwebidentity": "sts:AssumeRoleWithWebIdentity",
}
_SHARED = (
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "agent.buildkite.com",
    "oidc.circleci.com",
    "accounts.google.com",
    "www.amazon.com",
    "graph.facebook.com",
)
"""Issuers that give tokens to anybody who registers with them."""
_CLAIMS = ("sub", "job_workflow_ref", "repository")
"""Claims that say whose token it is."""
_GITHUB = "token.actions.githubusercontent.com"
_COGNITO = "cognito-identity.amazonaws.com"


def _kind(kind: str, name: str) -> str:
    """Return how a principal signs in."""
    if kind == "Federated":
        return "saml" if ":saml-provider/" in name else "oidc"
    return kind


def issuer(name: str) -> str:
    """Return what the keys of an OIDC provider begin with."""
    return name.partition(":oidc-provider/")[2] or name


def _actions(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        for text in stated.actions:
            if text.value != "*" and not text.value.lower().startswith("sts:"):
                message = f"`{text.value[:100]}` is not asked of a role by signing in to it"
                yield Hit(at=text.at, message=message)


def _mismatched(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        actions = stated.statement.action
        if actions is None or not any(any_action(actions, one) for one in _ASSUMING):
            continue
        for kind, text in stated.principals:
            wanted = _ASSUME.get(_kind(kind, text.value))
            if wanted is not None and text.value != "*" and not any_action(actions, wanted):
                yield Hit(
                    at=text.at,
                    message=f"`{text.value[:100]}` signs in by `{_SPELLED[wanted]}`, which the "
                    "statement does not name",
                    fix=f"name `{_SPELLED[wanted]}`",
                    related=((stated.at("Action"), "the actions"),),
                )


def _providers(subject: Subject) -> Iterator[tuple[Stated, Text, str]]:
    for stated in subject.stated:
        actions = stated.statement.action or ()
        if stated.allows and any_action(actions, "sts:assumerolewithwebidentity"):
            for kind, text in stated.principals:
                if kind == "Federated" and _kind(kind, text.value) == "oidc":
                    yield stated, text, issuer(text.value).lower()


def _anybody(subject: Subject) -> Iterator[Hit]:
    for stated, text, name in _providers(subject):
        keys = [f"{name}:aud"] if name == _COGNITO else [f"{name}:{claim}" for claim in _CLAIMS]
        if any(fails_on_absence(t) for key in keys for t in stated.tests_of(key)):
            continue
        shared = any(name == one or name.startswith(f"{one}/") for one in (*_SHARED, _COGNITO))
        yield Hit(
            at=text.at,
            message=f"anybody who gets a token of `{name[:100]}` can act as the role",
            fix=f"add a condition on `{keys[0][:200]}`",
            level=Level.ERROR if shared else None,
        )


def _loose(subject: Subject) -> Iterator[Hit]:
    for stated, _, name in _providers(subject):
        for test in stated.tests_of(f"{name}:sub"):
            for text in test.values:
                if _is_loose(text.value, name) and not test.operator.negated:
                    yield Hit(
                        at=text.at,
                        message=f"`{text.value[:100]}` lets in subjects that others can choose",
                    )


def _is_loose(value: str, name: str) -> bool:
    if name != _GITHUB:
        return value in {"*", "**"}
    # `repo:<owner>/<repository>:...`: the owner must be said.
    owner = value.removeprefix("repo:").partition("/")[0]
    return not value.startswith("repo:") or "*" in owner or "?" in owner or "/" not in value


def _audience(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        saml = [
            t for k, t in stated.principals if k == "Federated" and _kind(k, t.value) == "saml"
        ]
        asked = {test.key for test in stated.tests}
        if stated.allows and saml and not asked & {"saml:aud", "saml:iss", "saml:sub"}:
            message = f"the audience of assertions of `{saml[0].value[:100]}` is not checked"
            yield Hit(at=saml[0].at, message=message)


_PROVIDER = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"


def _github(conditions: str, action: str = "sts:AssumeRoleWithWebIdentity") -> str:
    return (
        f'{{"Effect": "Allow", "Principal": {{"Federated": "{_PROVIDER}"}}, "Action": "{action}"'
        f"{conditions}}}"
    )


def _subject(value: str) -> str:
    return f', "Condition": {{"StringLike": {{"{_GITHUB}:sub": "{value}"}}}}'


_SAML = (
    '{"Effect": "Allow", "Principal": {"Federated": '
    '"arn:aws:iam::111111111111:saml-provider/corp"}, "Action": "sts:AssumeRoleWithSAML"'
)
_TRUST = '{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": '
_RIGHT = _github(_subject("repo:example/app:ref:refs/heads/main"))

RULES = (
    Rule(
        id="trust-of-other-action",
        level=Level.WARNING,
        title="A trust policy names an action that is not signing in",
        why="A trust policy is asked only when somebody assumes the role; other actions have no "
        "effect there.",
        fix="name `sts:AssumeRole` or its kin, and put other actions into the role's policies",
        page=f"{GUIDE}id_roles_terms-and-concepts.html",
        wrong=_TRUST + '["sts:AssumeRole", "s3:GetObject"]}',
        right=_TRUST + '"sts:AssumeRole"}',
        find=_actions,
        types=("trust",),
    ),
    Rule(
        id="trust-by-other-way",
        level=Level.ERROR,
        title="A principal cannot sign in by the action that the statement names",
        why="Users, roles and services assume a role by `sts:AssumeRole`, those with an assertion "
        "or a token by `sts:AssumeRoleWithSAML` or `sts:AssumeRoleWithWebIdentity`.",
        fix="name the action by which the principal signs in",
        page=f"{GUIDE}id_credentials_temp_request.html",
        wrong=_github(_subject("repo:example/app:*"), "sts:AssumeRole"),
        right=_RIGHT,
        find=_mismatched,
        types=("trust",),
    ),
    Rule(
        id="oidc-without-subject",
        level=Level.WARNING,
        title="Everybody with a token of a provider can act as a role",
        why="An issuer gives tokens to all of its users, and a public one to whoever registers. "
        "Only the subject says whose token it is. It is an error for issuers that are known to "
        "be public.",
        fix="add a condition on the subject",
        page=_OIDC,
        wrong=_github(
            f', "Condition": {{"StringEquals": {{"{_GITHUB}:aud": "sts.amazonaws.com"}}}}'
        ),
        right=_RIGHT,
        find=_anybody,
        types=("trust",),
    ),
    Rule(
        id="oidc-loose-subject",
        level=Level.WARNING,
        title="The subject of a token may be one that a stranger chooses",
        why="A wildcard in the place of the owner lets in whoever makes an account of a fitting "
        "name with the issuer.",
        fix="say the owner whole, as `repo:owner/repository:*`",
        page=_OIDC,
        wrong=_github(_subject("repo:exam*/app:*")),
        right=_RIGHT,
        find=_loose,
        types=("trust",),
    ),
    Rule(
        id="saml-without-audience",
        level=Level.NOTE,
        title="The audience of assertions is not checked",
        why="An assertion that was meant for another application of the provider may then do.",
        fix='add `"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}`',
        page=f"{GUIDE}id_roles_create_for-idp_saml.html",
        wrong=_SAML + "}",
        right=_SAML
        + ', "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}',
        find=_audience,
        types=("trust",),
    ),
)
