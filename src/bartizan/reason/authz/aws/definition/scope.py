# SPDX-License-Identifier: Apache-2.0
"""Which policies have a say in a request at all: who and what each kind of policy is for."""

import re
from functools import lru_cache

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.definition import rules
from bartizan.reason.authz.aws.definition.truth import Truth, maybe
from bartizan.reason.authz.aws.request import Caller, Policies, Request

_ACCOUNT_MEMBERS = frozenset({Caller.ROLE, Caller.USER, Caller.ROOT, Caller.FEDERATED_USER})
_ROLE = re.compile(r"arn:[^:]*:iam::[^:]*:role/")
_KEY = re.compile(r"arn:[^:]*:kms:[^:]*:[^:]*:key/")
_BUCKET = re.compile(r"arn:[^:]*:(?:s3|s3-object-lambda):")
_SESSION_TAGS = frozenset({"sts:tagsession", "sts:setsourceidentity"})
_WITH_TOKEN = {
    Caller.OIDC: _SESSION_TAGS | {"sts:assumerolewithwebidentity"},
    Caller.SAML: _SESSION_TAGS | {"sts:assumerolewithsaml"},
}
"""What can be asked without credentials, by the provider's token instead."""
_ALWAYS_OF_OWNER = frozenset({"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"})


def is_member(who: Caller) -> bool:
    """Return whether the caller belongs to an account, so that the account's rules bind it."""
    return who in _ACCOUNT_MEMBERS


def is_exempt(request: Request) -> bool:
    """No policy has a say in who asks for its own identity, even one that denies it, nor in a
    user's or the root user's asking for a session token.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
    """
    action = request.action.lower()
    if action == "sts:getsessiontoken":
        return request.principal.type in {Caller.USER, Caller.ROOT}
    return action == "sts:getcalleridentity" and is_member(request.principal.type)


def refusal(request: Request) -> str:
    """Return the rule by which such a caller cannot ask for this at all, whatever policies allow;
    empty where it can.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
    https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html
    """
    who, action = request.principal.type, request.action.lower()
    if not action.startswith(("sts:", "kms:")):
        return ""
    if who is Caller.ROOT and action == "sts:assumerole":
        return rules.ROOT_ASSUMES_NO_ROLE
    if who is Caller.FEDERATED_USER and action.startswith("sts:"):
        return rules.FEDERATED_USER_ASKS_NO_TOKENS
    unsigned = who is Caller.ANONYMOUS or who in _WITH_TOKEN
    if unsigned and action not in _WITH_TOKEN.get(who, ()):
        return rules.MUST_BE_SIGNED
    return ""


def owner(request: Request) -> str:
    """Return the account that owns what is asked for; empty where that is not known. What the
    vendor itself owns (`aws`), and a request without a resource, count to the caller.
    """
    resource, caller = request.resource, request.principal.account
    account = resource.account or account_of(resource.arn)
    if account == "aws" or (not account and resource.arn == "*"):
        return caller
    return account


def limited_by_scp(request: Request) -> bool:
    """Service control policies limit users, roles and the root user of member accounts, not the
    management account, not service-linked roles, and nobody outside.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    who = request.principal
    return is_member(who.type) and not who.management_account and not who.service_linked


def limited_by_rcp(request: Request) -> bool:
    """Resource control policies limit the resources of member accounts, for the services that
    support them, whoever asks but service-linked roles; `kms:RetireGrant` is exempt.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    service = request.action.lower().partition(":")[0]
    return (
        service in catalogue.rcp_services()
        and not request.resource.management_account
        and not request.principal.service_linked
        and request.action.lower() != "kms:retiregrant"
    )


def resource_policy_counts(request: Request) -> bool:
    """A role's trust policy is the resource policy of assuming it, not of managing it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_compare-resource-policies.html
    """
    if _ROLE.match(request.resource.arn):
        return request.action.lower().startswith("sts:")
    return not _exempt_owner(request)


def _exempt_owner(request: Request) -> bool:
    """A bucket's policy cannot keep the owner's root user from reading or replacing that policy.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    """
    return (
        request.principal.type is Caller.ROOT
        and request.action.lower() in _ALWAYS_OF_OWNER
        and request.principal.account == owner(request)
    )


def must_be_named(request: Request) -> bool:
    """For roles and keys the resource's own policy must allow even within the account.

    Section "Resource-based policies" of
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    """
    arn = request.resource.arn
    if _ROLE.match(arn):
        return request.action.lower().startswith("sts:")
    return _KEY.match(arn) is not None


def block_applies(request: Request, policies: Policies) -> bool:
    """Return whether S3's restriction of public buckets could cut this caller off: it spares
    the bucket's own account and service principals.
    """
    block, caller = policies.block_public_access, request.principal
    return (
        block is not None
        and (block.restrict_public_buckets or block.missing != ())
        and _BUCKET.match(request.resource.arn) is not None
        and caller.type is not Caller.SERVICE
        and not (caller.account and caller.account == owner(request))
    )


@lru_cache(1 << 14)
def seen(action: str, arn: str) -> tuple[str, Truth]:
    """Return the resource as policies see it, and whether the action acts on such resources.

    An action that names no resource is asked for on `*`; actions that the table does not know
    are free, and of types that it does not know one cannot tell. Page "Actions, resources, and
    condition keys for AWS services".
    """
    known = catalogue.action(action)
    if known is None:
        return arn, True
    if known.wildcard_only:
        return "*", True
    if known.acts_on(arn):
        return arn, True
    return arn, False if catalogue.is_of_known_type(arn) else maybe(f"type of resource {arn}")
