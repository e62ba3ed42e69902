# SPDX-License-Identifier: Apache-2.0
"""What runs an image of a repository by a tag, and so what somebody pushes there.

A service of ECS resolves the tag when it is deployed, a task when it is started, a build each
time; which is why all of them wait. A function of Lambda is no such thing: it runs the digest that
its tag had when it was last updated.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html,
section "Container image resolution", and
https://docs.aws.amazon.com/lambda/latest/dg/images-create.html, section "Function lifecycle"
"""

from collections.abc import Iterator, Mapping, Sequence

from bartizan.model.arn import account_of
from bartizan.model.evidence import Evidence
from bartizan.model.facts.estate import Store, Workload
from bartizan.model.step import Ability, Foothold, Step
from bartizan.reason.authz.aws.policy.wildcard import glob
from bartizan.reason.authz.aws.steps.actors import ANY_ACCOUNT
from bartizan.reason.authz.aws.steps.hidden import shown
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.structure import LATER

REPOSITORY = "AWS::ECR::Repository"
FIXED = ":*"
"""Added to the ARN of a repository: its images of any tag, those that are immutable, too."""

_DEFINITION = "AWS::ECS::TaskDefinition"
_RUN_IMAGES = frozenset(
    {_DEFINITION, "AWS::ECS::Task", "AWS::CodeBuild::Project", "AWS::AppRunner::Service"}
)
"""Kinds of workloads of which one that was not read may run any image."""


def steps(scene: Scene) -> Iterator[Step]:
    """Yield what somebody runs who decides on images."""
    repositories = {store.arn: store for store in scene.stores[REPOSITORY]}
    started = _started(scene)
    for workload in sorted(scene.estate.facts.rows(Workload), key=lambda row: row.arn):
        by = started.get(workload.arn, ()) if workload.kind == _DEFINITION else ("",)
        for image in workload.images if by else ():
            yield from _runs(scene, workload.arn, image, repositories, by=by[0])
    for hidden in scene.hidden.values():
        if hidden.workload.kind in _RUN_IMAGES:
            for store in scene.stores_in(hidden.workload.account, REPOSITORY):
                for written in (store.arn, store.arn + FIXED)[: 1 + bool(store.fixed)]:
                    needs = Foothold(Ability.WRITE.value, written)
                    runs = shown(hidden.workload.arn)
                    yield _step(needs, runs, "may run an image of it", missing=hidden.missing)


def _started(scene: Scene) -> Mapping[str, Sequence[str]]:
    """Return the definitions of which something starts tasks by itself, each with what does: by a
    revision, or else the latest one of the family.
    """
    latest: dict[str, tuple[int, str]] = {}
    for row in scene.estate.facts.rows(Workload):
        family, _, revision = row.arn.rpartition(":")
        if row.kind == _DEFINITION and revision.isdigit():
            latest[family] = max(latest.get(family, (0, "")), (int(revision), row.arn))
    found: dict[str, list[str]] = {}
    for named, sources in scene.triggers.items():
        found.setdefault(latest.get(named, (0, named))[1], []).extend(sorted(sources))
    return found


def _runs(
    scene: Scene, workload: str, image: str, repositories: Mapping[str, Store], *, by: str
) -> Iterator[Step]:
    arn, _, tag = image.rpartition(":")
    store, why = repositories.get(arn), f"runs {image}"
    if store is not None:
        written = arn + FIXED if _is_fixed(store, tag) else arn
        yield _step(Foothold(Ability.WRITE.value, written), workload, why, by=by)
        return
    unread = scene.estate.gaps.of_kind(REPOSITORY, account=account_of(arn))
    if unread:
        yield _step(ANY_ACCOUNT, workload, why, by=by, missing=unread)


def _is_fixed(store: Store, tag: str) -> bool:
    """Tell whether a tag, which is taken to be there, cannot be overwritten.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html
    """
    among = [any(glob(one)(tag) for one in held) for held in (store.fixed, store.loose)]
    return among == [True, False]


def _step(
    needs: Foothold, runs: str, why: str, *, by: str = "", missing: tuple[str, ...] = ()
) -> Step:
    starts = (Evidence(subject=by, why=f"starts {runs}"),) if by else ()
    return Step(
        technique="run-pushed-image",
        needs=(needs,),
        grants=Foothold(Ability.RUN_CODE.value, runs),
        cost=1 + LATER.effort,
        conditions=(LATER,),
        evidence=(Evidence(subject=runs, why=why), *starts),
        missing=missing,
    )
