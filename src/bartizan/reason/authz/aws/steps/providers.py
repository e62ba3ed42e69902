# SPDX-License-Identifier: Apache-2.0
"""Outside directories: those that are set up in accounts, and those that roles name besides.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html
"""

from collections.abc import Iterator

from bartizan.model.arn import account_of
from bartizan.model.facts.identity import IdentityProvider
from bartizan.reason.authz.aws.estate.estate import Estate


def providers(estate: Estate) -> Iterator[IdentityProvider]:
    """Yield the providers that are known, and those that trust policies name besides, sorted."""
    found = dict(estate.providers)
    for policy in estate.documents.policies.values():
        if policy.type != "trust" or not _may_name(policy.document):
            continue
        document = estate.documents.policy(policy.id).document
        for statement in document.statements if document else ():
            for arn in statement.principal.federated if statement.principal else ():
                if arn.startswith("arn:") and arn not in found:
                    found[arn] = _named(arn)
    yield from (found[arn] for arn in sorted(found))


def _may_name(text: str | None) -> bool:
    """Say whether a document could hold `Federated`, which JSON may spell in escapes."""
    return text is not None and ("federated" in text.lower() or "\\u" in text)


def _named(arn: str) -> IdentityProvider:
    """Return what the ARN of a provider tells of it."""
    saml = ":saml-provider/" in arn
    return IdentityProvider(
        arn=arn,
        account=account_of(arn),
        type="saml" if saml else "oidc",
        issuer="" if saml else arn.split("/", 1)[-1],
        audiences=() if saml else ("sts.amazonaws.com",),
    )
