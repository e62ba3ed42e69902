# SPDX-License-Identifier: Apache-2.0
"""Who a caller's name stands for, as the authorization definition wants to know it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from collections.abc import Mapping

from bartizan.model.arn import Arn
from bartizan.model.facts.identity import IdentityProvider, Principal
from bartizan.model.facts.organization import Account
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.request import Caller, RequestPrincipal


class People:
    """Everybody who can be named, those included that the snapshot does not hold."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        principals: Mapping[str, Principal],
        providers: Mapping[str, IdentityProvider],
        *,
        organization_read: bool = True,
    ) -> None:
        self._accounts = accounts
        self._principals = principals
        self._providers = providers
        self._organization_read = organization_read
        self._roles = {
            (row.account, row.name): row.arn for row in principals.values() if row.type == "role"
        }

    def request_principal(self, text: str) -> RequestPrincipal:
        """Say who asks under the name `text`."""
        if text in {caller.ANONYMOUS, "internet", ""}:
            return RequestPrincipal(arn="", type=Caller.ANONYMOUS)
        if caller.is_service(text):
            return RequestPrincipal(arn=text, type=Caller.SERVICE)
        if ":oidc-provider/" in text:
            return RequestPrincipal(arn=text, type=Caller.OIDC)
        if ":saml-provider/" in text:
            return RequestPrincipal(arn=text, type=Caller.SAML)
        if not text.startswith("arn:"):
            provider = next((p.arn for p in self._providers.values() if p.issuer == text), text)
            return RequestPrincipal(arn=provider, type=Caller.OIDC)
        return self._of_account(text)

    def _of_account(self, text: str) -> RequestPrincipal:
        name = caller.parse(text)
        arn = Arn.parse(name.arn)
        account = self._accounts.get(arn.account)
        kind = _kind(arn)
        full, session = name.arn, ""
        if kind is Caller.ROLE:
            full = self._roles.get((arn.account, arn.name), name.arn)
            session = _session(arn, name.session or caller.SESSION)
        elif kind is Caller.FEDERATED_USER:
            session = name.arn
        known = self._principals.get(full)
        return RequestPrincipal(
            arn=full,
            type=kind,
            account=arn.account,
            session=session,
            unique_id=known.unique_id if known else "",
            organization=account.organization if account else "",
            organization_known=account is None or self._organization_read,
            organization_path=account.organization_path if account else "",
            management_account=account is not None and account.management,
            service_linked=known is not None and known.service_linked,
        )


def _session(role: Arn, session: str) -> str:
    return f"arn:{role.partition}:sts::{role.account}:assumed-role/{role.name}/{session}"


def _kind(arn: Arn) -> Caller:
    if arn.resource == "root":
        return Caller.ROOT
    if arn.service == "sts":
        return Caller.FEDERATED_USER
    return Caller.USER if arn.resource.startswith("user/") else Caller.ROLE
