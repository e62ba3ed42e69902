# SPDX-License-Identifier: Apache-2.0
"""Another role for an instance that runs, and on which somebody runs code already.

Which instances somebody may give a role, and which roles they may hand over, are asked apart:
between the two stands a foothold of that caller alone, as there may be many of both.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/permission-to-pass-iam-roles.html
"""

from collections.abc import Iterator

from msgspec import structs

from bartizan.model.facts.estate import Workload
from bartizan.model.step import Ability, Foothold
from bartizan.reason.authz.aws.steps.hidden import shown
from bartizan.reason.authz.aws.steps.offered import Offered
from bartizan.reason.authz.aws.steps.over import profiles_trusting, workload_binding
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need, Technique

_SERVICE = "ec2.amazonaws.com"
_SEAT = "an instance that {actor} gives a role"
"""Where somebody runs code who may choose the role; it is named by who that is."""
_ASSOCIATE = Need(action="ec2:AssociateIamInstanceProfile", resource="{workload}")
_REPLACE = Need(action="ec2:ReplaceIamInstanceProfileAssociation", resource="{workload}")
_DISASSOCIATE = Need(action="ec2:DisassociateIamInstanceProfile", resource="{workload}")


def _instances(*, profile: bool) -> Offered:
    """Try every instance that has, or has not, a profile, with code that runs there."""

    def instances(scene: Scene, account: str) -> Iterator[Binding]:
        for workload in scene.workloads(account, "AWS::EC2::Instance"):
            if _has_profile(workload) in {None, profile}:
                runs = Foothold(Ability.RUN_CODE.value, shown(workload.arn))
                bound = workload_binding(scene, workload)
                yield structs.replace(bound, needs=(runs,))

    return Offered(bindings=instances)


def _has_profile(workload: Workload) -> bool | None:
    """Tell whether an instance has a profile; None for one of which nothing was read."""
    if shown(workload.arn) != workload.arn:
        return None
    return bool(workload.role or workload.related.get("profile"))


def _handed(scene: Scene, actor: Actor, binding: Binding) -> Iterator[Binding]:
    del scene
    seat = Foothold(Ability.RUN_CODE.value, _SEAT.format(actor=actor.name))
    yield structs.replace(binding, needs=(*binding.needs, seat))


def _seated(id_: str, title: str, *needs: Need, profile: bool, effort: int) -> Technique:
    return Technique(
        id=id_,
        title=title,
        attack="T1098.003",
        explanation="What runs on the instance then takes the credentials of the role that its "
        "keeper hands over. Close it by denying the call, or by letting nobody who may make it "
        f"pass roles to {_SERVICE}.",
        effort=effort,
        over=_instances(profile=profile),
        needs=needs,
        grants=Ability.RUN_CODE,
        entity=_SEAT,
    )


TECHNIQUES = (
    _seated(
        "ec2-associate-profile",
        "Choose the role of an instance that has none",
        _ASSOCIATE,
        profile=False,
        effort=1,
    ),
    _seated(
        "ec2-replace-profile",
        "Choose another role for an instance",
        _REPLACE,
        profile=True,
        effort=3,
    ),
    _seated(
        "ec2-exchange-profile",
        "Take the role of an instance away and choose another one",
        _DISASSOCIATE,
        _ASSOCIATE,
        profile=True,
        effort=3,
    ),
    Technique(
        id="ec2-role-of-running-instance",
        title="Hand the role to an instance on which one runs code",
        attack="T1098.003",
        explanation="The metadata service of the instance gives out the credentials of its new "
        f"role. Close it by letting nobody pass this role to {_SERVICE}.",
        effort=1,
        over=structs.replace(profiles_trusting(_SERVICE), finish=_handed),
        needs=(
            Need(by=_SERVICE, action="sts:AssumeRole", resource="{role}"),
            Need(
                action="iam:PassRole",
                resource="{role}",
                context=(("iam:PassedToService", _SERVICE),),
            ),
        ),
        grants=Ability.ACT_AS,
        entity="{role}",
    ),
)
