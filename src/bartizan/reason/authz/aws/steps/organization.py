# SPDX-License-Identifier: Apache-2.0
"""What administering the management account is worth.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_getting-started_concepts.html
"""

from collections.abc import Iterator

from bartizan.model.evidence import Evidence
from bartizan.model.step import Ability, Foothold, Step
from bartizan.reason.authz.aws.steps.scene import Scene


def steps(scene: Scene) -> Iterator[Step]:
    """Yield the steps from the management account to the organisation, and to each member.

    An administrator of the management account can switch on stack sets for the whole
    organisation, which then build what they are told in every member account, whatever guardrails
    say: the administrator can detach those.
    """
    accounts = sorted(scene.estate.accounts.values(), key=lambda row: row.id)
    for account in accounts:
        if not account.organization:
            continue
        whole = Foothold(Ability.ADMINISTER.value, account.organization)
        if account.management:
            fact = Evidence(
                subject=account.id, why=f"is the management account of {account.organization}"
            )
            yield Step(
                technique="management-account",
                needs=(Foothold(Ability.ADMINISTER.value, account.id),),
                grants=whole,
                cost=1,
                evidence=(fact,),
            )
        else:
            fact = Evidence(subject=account.id, why=f"is a member of {account.organization}")
            yield Step(
                technique="organization-member",
                needs=(whole,),
                grants=Foothold(Ability.ADMINISTER.value, account.id),
                cost=1,
                evidence=(fact,),
            )
