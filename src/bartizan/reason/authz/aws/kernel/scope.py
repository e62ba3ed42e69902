# SPDX-License-Identifier: Apache-2.0
"""Which kinds of policies have a say, by who asks for what.

Each rule is stated with its source in the definition; here it is asked of kinds of callers.
"""

import re
from functools import lru_cache

from bartizan.reason.authz.aws import catalogue, masks
from bartizan.reason.authz.aws.kernel.logic import MAYBE, NO, YES
from bartizan.reason.authz.aws.request import Caller

MEMBERS = frozenset({Caller.ROLE, Caller.USER, Caller.ROOT, Caller.FEDERATED_USER})
"""Callers that belong to an account."""

WITH_SESSION_POLICY = frozenset({Caller.ROLE, Caller.FEDERATED_USER})

_ROLE = re.compile(r"arn:[^:]*:iam::[^:]*:role/")
_KEY = re.compile(r"arn:[^:]*:kms:[^:]*:[^:]*:key/")
_BUCKET = re.compile(r"arn:[^:]*:s3(?:-object-lambda)?:")
_EXTRAS = ("sts:tagsession", "sts:setsourceidentity")
_TOKEN = {
    Caller.OIDC: ("sts:assumerolewithwebidentity", *_EXTRAS),
    Caller.SAML: ("sts:assumerolewithsaml", *_EXTRAS),
}


def exempt(action: str) -> frozenset[Caller]:
    """Name who may do `action` (lower case) whatever is written."""
    if action == "sts:getcalleridentity":
        return MEMBERS
    if action == "sts:getsessiontoken":
        return frozenset({Caller.USER, Caller.ROOT})
    return frozenset()


def refused(action: str) -> frozenset[Caller]:
    """Name who cannot ask for `action` (lower case), whatever is written."""
    service = action.partition(":")[0]
    if service not in {"sts", "kms"}:
        return frozenset()
    found = {Caller.ANONYMOUS}
    found |= {who for who, actions in _TOKEN.items() if action not in actions}
    if service == "sts":
        found.add(Caller.FEDERATED_USER)
    if action == "sts:assumerole":
        found.add(Caller.ROOT)
    return frozenset(found)


def rcp_limits(action: str) -> bool:
    """Resource control policies have a say in `action` (lower case)."""
    return action != "kms:retiregrant" and action.partition(":")[0] in catalogue.rcp_services()


def resource_policy_counts(action: str, arn: str) -> bool:
    """The policy of the resource has a say in `action` (lower case)."""
    return _ROLE.match(arn) is None or action.startswith("sts:")


def spares_root(action: str) -> bool:
    """The policy of a bucket has no say in this for the root user of its account."""
    return action in {"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"}


def must_be_named(action: str, arn: str) -> bool:
    """The resource's own policy has to allow, within its account too."""
    if _ROLE.match(arn):
        return action.startswith("sts:")
    return _KEY.match(arn) is not None


def is_bucket(arn: str) -> bool:
    """`arn` is of S3, whose blocks of public access then count."""
    return _BUCKET.match(arn) is not None


def names_nothing(action: str) -> bool:
    """Requests for `action` are known to name no resource."""
    known = catalogue.action(action)
    return known is not None and known.wildcard_only


def seen(action: str, arn: str) -> str:
    """Return the resource as policies see it."""
    return "*" if names_nothing(action) else arn


def exists(action: str, arn: str) -> int:
    """Return whether there is such a request, as a code."""
    return _exists(action, masks.anybodys(arn))


@lru_cache(1 << 14)
def _exists(action: str, arn: str) -> int:
    known = catalogue.action(action)
    if known is None or known.wildcard_only or known.acts_on(arn):
        return YES
    return NO if catalogue.is_of_known_type(arn) else MAYBE
