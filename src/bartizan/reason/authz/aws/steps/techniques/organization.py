# SPDX-License-Identifier: Apache-2.0
"""Power over member accounts: stack sets of a whole organisation and Identity Center.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html
"""

from collections.abc import Iterator

from bartizan.model.evidence import Evidence
from bartizan.model.step import Ability, Condition
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need, Technique

_STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
_DIRECTORY = Condition(
    text="signs in as a user of the directory", key="assume:directory-user", effort=2
)


def _members(scene: Scene, actor: Actor) -> Iterator[Binding]:
    """Try every member account, from an account that may deploy stacks to all of them."""
    home = actor.account
    if home is None or not home.organization:
        return
    delegated = (home.id, _STACK_SETS) in scene.delegations
    missing = () if home.management or delegated else scene.estate.gaps.of_delegations()
    if not (home.management or delegated or missing):
        return
    why = (
        "is the management account" if home.management else "administers stack sets by delegation"
    )
    for id_ in scene.accounts:
        account = scene.estate.accounts[id_]
        inside = account.organization == home.organization and not account.management
        if inside and account.id != home.id:
            fact = Evidence(subject=home.id, why=why)
            yield Binding(names={"member": account.id}, evidence=(fact,), missing=missing)


def _assigned(scene: Scene, actor: Actor) -> Iterator[Binding]:
    """Try every account that a permission set is assigned in, from where the sets are kept."""
    seen: set[tuple[str, str]] = set()
    delegated = (actor.who.account, "sso.amazonaws.com") in scene.delegations
    for row in scene.assignments():
        key = (row.permission_set, row.account)
        if key in seen or not (delegated or actor.who.account == row.instance_account):
            continue
        seen.add(key)
        target = scene.estate.accounts.get(row.account)
        if target is not None and target.management and row.instance_account != actor.who.account:
            continue
        fact = Evidence(
            subject=row.permission_set,
            why=f"is the permission set {row.permission_set_name}, assigned in {row.account}",
        )
        yield Binding(
            names={"member": row.account, "set": row.permission_set, "instance": row.instance},
            evidence=(fact,),
        )


TECHNIQUES = (
    Technique(
        id="organization-stack-set",
        title="Deploy stacks into every account of the organisation",
        attack="T1072",
        explanation="A stack set with service-managed permissions builds what its template says, "
        "administrator roles included, in every member account. Close it by denying the calls in "
        "the delegated account to all but the deployment pipeline.",
        effort=2,
        over=_members,
        needs=(
            Need(action="cloudformation:CreateStackSet"),
            Need(
                action="cloudformation:CreateStackInstances",
                resource="arn:{partition}:cloudformation:{region}:{account}:stackset/{new}:bartizan",
            ),
        ),
        grants=Ability.ADMINISTER,
        entity="{member}",
        administrator=True,
        abroad=True,
    ),
    Technique(
        id="identity-center-permission-set",
        title="Rewrite a permission set of Identity Center",
        attack="T1098.003",
        explanation="A permission set becomes a role in each account that it is assigned in; its "
        "new policy holds there for whoever signs in with it. Close it by keeping these calls to "
        "the directory's administrators.",
        effort=2,
        over=_assigned,
        needs=(
            Need(action="sso:PutInlinePolicyToPermissionSet", resource="{set}"),
            Need(action="sso:PutInlinePolicyToPermissionSet", resource="{instance}"),
            Need(action="sso:ProvisionPermissionSet", resource="{set}"),
        ),
        grants=Ability.ADMINISTER,
        entity="{member}",
        conditions=(_DIRECTORY,),
        administrator=True,
        abroad=True,
    ),
    Technique(
        id="identity-center-assignment",
        title="Assign a permission set to a user of one's own",
        attack="T1098.003",
        explanation="An assignment lets a user of the directory into an account with all that the "
        "permission set allows. Close it by keeping the call to the directory's administrators.",
        effort=2,
        over=_assigned,
        needs=(
            Need(action="sso:CreateAccountAssignment", resource="{set}"),
            Need(action="sso:CreateAccountAssignment", resource="{instance}"),
            Need(
                action="sso:CreateAccountAssignment",
                resource="arn:{partition}:sso:::account/{member}",
            ),
            Need(action="sso:PutInlinePolicyToPermissionSet", resource="{set}"),
        ),
        grants=Ability.ADMINISTER,
        entity="{member}",
        conditions=(_DIRECTORY,),
        administrator=True,
        abroad=True,
    ),
)
