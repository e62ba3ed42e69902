# SPDX-License-Identifier: Apache-2.0
"""Techniques that work once the caller has set a tag: of the thing that is asked for, or its own.

A condition on `aws:ResourceTag/...`, or on that of a service, looks at the tags of a thing as they
are when it is asked for, and one on `aws:PrincipalTag/...` at those of the caller. Whoever may set
them meets it. Each tag is set by a request of its own, in which `aws:RequestTag/...` is the value.
Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html and
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from bartizan.model.evidence import Evidence
from bartizan.model.step import Ability
from bartizan.reason.authz.aws.estate import setting
from bartizan.reason.authz.aws.policy.document import ConditionTest
from bartizan.reason.authz.aws.request import Policies
from bartizan.reason.authz.aws.steps.attempt import tests_of
from bartizan.reason.authz.aws.steps.choice import choices
from bartizan.reason.authz.aws.steps.offered import Offered
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need, Technique
from bartizan.reason.authz.aws.steps.techniques import assume, ec2, lambda_, ssm, stores

_KEYS, _VALUES = 2, 4
"""Tags that are set together, and values that are tried for each."""

Tags = tuple[tuple[str, str], ...]
"""Names and values."""


def _stated(need: Need, tags: Tags, *, own: bool) -> Need:
    """Return a request as it is once these tags are set."""
    service = need.action.partition(":")[0]
    spaces = ("aws:PrincipalTag",) if own else ("aws:ResourceTag", f"{service}:ResourceTag")
    held = [(f"{space}/{name}", value) for name, value in tags for space in dict.fromkeys(spaces)]
    return structs.replace(need, context=(*need.context, *held))


def _once(technique: Technique, action: str, *, thing: str, own: bool = False) -> Technique:
    """State that `technique` works once `action` has set tags of `thing`."""
    over = technique.over
    if not isinstance(over, Offered):
        raise TypeError(technique.id)
    inner, tagging = over, Need(action=action, resource=thing)

    def tagged(scene: Scene, actor: Actor, bound: Binding) -> Iterator[Binding]:
        # Whoever administers the account is kept out by no tag that others are.
        if actor.foothold.ability == Ability.ADMINISTER.value:
            return
        for found in inner.of(scene, actor, [bound]):
            yield from _tagged(scene, actor, found, technique, tagging=tagging, own=own)

    whose = "its own tags" if own else "its tags"
    return structs.replace(
        technique,
        id=f"{technique.id}-by-{'own-' if own else ''}tag-{action.partition(':')[2].lower()}",
        title=f"{technique.title}, once {whose} say that one may",
        attack="T1098",
        explanation=f"{technique.explanation} A condition on tags lets nobody in who may not set "
        f"them: deny `{action}` to those whom it is to keep out.",
        references=(),
        effort=technique.effort + 1,
        over=Offered(bindings=inner.bindings, but=inner.but, finish=tagged),
        needs=(tagging,),
        administrator=False,
        abroad=False,
    )


class _Case(Struct, frozen=True):
    """Somebody who tries a technique on a thing."""

    scene: Scene
    actor: Actor
    names: Mapping[str, str]

    def resource(self, need: Need) -> str:
        """Return the ARN that a request is for; empty where the attacker chooses some of it."""
        try:
            return need.resource.format_map(self.names)
        except KeyError:
            return ""

    def may(self, need: Need) -> bool:
        """Tell whether a request is allowed, or might be."""
        context = tuple(
            (key, value if value is None else value.format_map(self.names))
            for key, value in need.context
        )
        resource = self.resource(need)
        return self.scene.attempts(self.actor.name, need.action, resource, context) is not None


def _tagged(
    scene: Scene, actor: Actor, bound: Binding, technique: Technique, *, tagging: Need, own: bool
) -> Iterator[Binding]:
    """Yield the first way to set tags so that what was denied is allowed."""
    if own and not tagging.action.lower().endswith(f":tag{actor.who.type.value}"):
        return
    names = {
        "actor": actor.name,
        "actor_arn": actor.who.arn,
        "account": actor.who.account,
        "partition": actor.partition,
        **bound.names,
    }
    case = _Case(scene, actor, names)
    asked = (*technique.needs, *bound.extra)
    mine = [need for need in asked if need.by == "{actor}" and case.resource(need)]
    denied = [need for need in mine if not case.may(need)] if case.may(tagging) else []
    for tags in _combined(_named(case, denied, own=own)):
        stated = {need: _stated(need, tags, own=own) for need in denied}
        if all(map(case.may, stated.values())):
            shown = ", ".join(f"{name}={value}" for name, value in tags)
            fact = Evidence(subject=case.resource(tagging), why=f"can be tagged {shown}")
            yield structs.replace(
                bound,
                names=names,
                evidence=(*bound.evidence, fact),
                extra=(
                    *(_setting(tagging, name, value) for name, value in tags),
                    *(stated.get(need, need) for need in asked),
                ),
            )
            return


def _setting(tagging: Need, name: str, value: str) -> Need:
    """Return the request that sets one tag."""
    context = ((f"aws:RequestTag/{name}", value), ("aws:TagKeys", name))
    return structs.replace(tagging, context=context)


def _named(case: _Case, denied: Iterable[Need], *, own: bool) -> Mapping[str, Sequence[str]]:
    """Return the tags that conditions of these requests name, each with values that may do."""
    found: dict[str, dict[str, None]] = {}
    for need in denied:
        resource = case.resource(need)
        policies = case.scene.estate.policies(case.actor.name, need.action, resource)
        account = case.scene.estate.ownership.of(resource).account
        for key, tests in _conditions(policies, own=own).items():
            name = tests[0].key.partition("/")[2]
            for choice in choices(key, tests, case.actor.who, account=account):
                if isinstance(choice.value, str) and "{" not in choice.value + name:
                    found.setdefault(name, {})[choice.value] = None
    return {name: list(values)[:_VALUES] for name, values in sorted(found.items())[: 2 * _KEYS]}


def _conditions(policies: Policies, *, own: bool) -> Mapping[str, Sequence[ConditionTest]]:
    fits = setting.is_principal_tag if own else setting.is_resource_tag
    found: dict[str, list[ConditionTest]] = {}
    for test in tests_of(policies):
        if fits(test.key.lower()):
            found.setdefault(test.key.lower(), []).append(test)
    return found


def _combined(named: Mapping[str, Sequence[str]]) -> Iterator[Tags]:
    """Yield what can be set, of few tags first."""
    for many in range(1, _KEYS + 1):
        for names in itertools.combinations(named, many):
            for values in itertools.product(*(named[name] for name in names)):
                yield tuple(zip(names, values, strict=True))


_BY_ID = {
    technique.id: technique
    for group in (assume, ec2, lambda_, ssm, stores)
    for technique in group.TECHNIQUES
}
_THINGS = (
    ("ssm-start-session", "ec2:CreateTags", "{workload}"),
    ("ssm-send-command", "ec2:CreateTags", "{workload}"),
    ("ec2-user-data", "ec2:CreateTags", "{workload}"),
    ("ec2-instance-connect", "ec2:CreateTags", "{workload}"),
    ("lambda-replace-code", "lambda:TagResource", "{workload}"),
    ("read-secret", "secretsmanager:TagResource", "{store}"),
    ("read-parameter", "ssm:AddTagsToResource", "{store}"),
    ("use-key", "kms:TagResource", "{store}"),
    ("sts-assume-role", "iam:TagRole", "{target}"),
)
"""Techniques over things that have tags, with the action that sets these."""
_OWN = (
    "sts-assume-role",
    "read-bucket",
    "read-secret",
    "read-parameter",
    "use-key",
    "ssm-start-session",
    "ssm-send-command",
)
"""Techniques for which callers could tag themselves."""

TECHNIQUES = (
    *(_once(_BY_ID[id_], action, thing=thing) for id_, action, thing in _THINGS),
    *(
        _once(_BY_ID[id_], action, thing="{actor_arn}", own=True)
        for id_ in _OWN
        for action in ("iam:TagUser", "iam:TagRole")
    ),
)
