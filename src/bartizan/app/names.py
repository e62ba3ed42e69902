# SPDX-License-Identifier: Apache-2.0
"""What people call the things that footholds name."""

from collections.abc import Mapping

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, PodIdentity, Store, Workload
from bartizan.model.facts.identity import Credential, IdentityProvider, Principal
from bartizan.model.facts.organization import Account, Unit
from bartizan.model.facts.pipeline import CodeRoot


def names(facts: Facts) -> Mapping[str, str]:
    """Return entity (ARN, account id, organisation, credential) to a name with its account."""
    accounts = {row.id: row.name or row.id for row in facts.rows(Account)}

    def in_account(name: str, account: str) -> str:
        return f"{name} in {accounts.get(account, account)}" if account else name

    found = {id_: f"account {name}" for id_, name in accounts.items()}
    found |= {row.organization: "the organisation" for row in facts.rows(Unit)}
    for row in facts.rows(Principal):
        found[row.arn] = in_account(f"{row.type} {row.name}", row.account)
    things: tuple[Workload | Store, ...] = (*facts.rows(Workload), *facts.rows(Store))
    for thing in things:
        noun = thing.kind.rsplit("::", 1)[-1].lower()
        found[thing.arn] = in_account(f"{noun} {thing.name}", thing.account)
    for pod in facts.rows(PodIdentity):
        pods = f"pods of {pod.namespace}/{pod.service_account}"
        found[pod.arn] = in_account(pods, account_of(pod.arn))
    for key in facts.rows(Key):
        alias = key.aliases[0].removeprefix("alias/") if key.aliases else key.arn.rsplit("/")[-1]
        found[key.arn] = in_account(f"key {alias}", key.account)
    for provider in facts.rows(IdentityProvider):
        name = provider.issuer or provider.arn.rsplit("/", 1)[-1]
        found[provider.arn] = in_account(
            f"{provider.type.upper()} {name}", account_of(provider.arn)
        )
    for root in facts.rows(CodeRoot):
        found[f"code:{root.id}"] = f"the code of {root.id}"
        found |= {root.state: f"the state of {root.id}"} if root.state else {}
    for credential in facts.rows(Credential):
        where = found.get(credential.lies_in, credential.lies_in)
        found[credential.id] = f"{credential.kind} in {credential.field} of {where}"
    return found
