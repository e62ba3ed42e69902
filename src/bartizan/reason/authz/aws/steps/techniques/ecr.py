# SPDX-License-Identifier: Apache-2.0
"""Techniques over repositories of images: whoever pushes one decides what runs from there next.

To push takes four requests. A client such as docker makes more of them, `GetAuthorizationToken`
and `BatchCheckLayerAvailability`, which an attacker who calls the API need not.
Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html and
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html

Tags that are immutable cannot be pushed while they are there: whoever deletes the image first, or
makes the tags of the repository mutable, can.
Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
"""

from collections.abc import Iterator

from msgspec import structs

from bartizan.model.evidence import Evidence
from bartizan.model.facts.estate import Store
from bartizan.model.step import Ability
from bartizan.reason.authz.aws.steps.images import FIXED, REPOSITORY
from bartizan.reason.authz.aws.steps.offered import Offered
from bartizan.reason.authz.aws.steps.people_over import reachable_once_opened
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need, Technique

_PUSH = tuple(
    Need(action=f"ecr:{action}", resource="{store}")
    for action in ("PutImage", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload")
)
_DELETE = Need(action="ecr:BatchDeleteImage", resource="{store}")
_UNFIX = Need(action="ecr:PutImageTagMutability", resource="{store}")
_WRITE_POLICY = Need(action="ecr:SetRepositoryPolicy", resource="{store}")


def _bound(store: Store, *, fixed: bool) -> Binding:
    why = "is an image repository" + (" with immutable tags" if fixed else "")
    return Binding(
        names={
            "store": store.arn,
            "images": store.arn + (FIXED if fixed else ""),
            "region": store.region,
        },
        evidence=(Evidence(subject=store.arn, why=why),),
    )


def _repositories(scene: Scene, account: str) -> Iterator[Binding]:
    """Try every repository into which a policy could let callers of the account push."""
    for store in scene.stores_of(REPOSITORY):
        if store.account == account or scene.admission.could(account, store.arn):
            yield _bound(store, fixed=False)


def _immutable(scene: Scene, account: str) -> Iterator[Binding]:
    """Try those of them that have immutable tags."""
    for bound in _repositories(scene, account):
        store = scene.store(bound.names["store"])
        if store.fixed:
            yield _bound(store, fixed=True)


def _own(scene: Scene, account: str) -> Iterator[Binding]:
    for store in scene.stores_in(account, REPOSITORY):
        yield _bound(store, fixed=bool(store.fixed))


def _opened(scene: Scene, actor: Actor, bound: Binding) -> Iterator[Binding]:
    """Yield the repository where a policy that lets the actor do everything lets it push."""
    store = bound.names["store"]
    if scene.attempts(actor.name, _WRITE_POLICY.action, store) is None:
        return
    needs = (*_PUSH, _DELETE) if store != bound.names["images"] else _PUSH
    tried = [reachable_once_opened(scene, actor, need.action, store) for need in needs]
    missing = {one for attempt in tried if attempt is not None for one in attempt.missing}
    if all(attempt is not None for attempt in tried):
        yield structs.replace(bound, missing=tuple(sorted(missing)))


def _pushing(id_: str, title: str, how: str, *needs: Need) -> Technique:
    return Technique(
        id=id_,
        title=title,
        attack="T1525",
        explanation=f"{how} Close it by letting only the pipeline push, or by naming images by "
        "their digest.",
        effort=3 if needs else 2,
        over=Offered(bindings=_immutable if needs else _repositories),
        needs=(*_PUSH, *needs),
        grants=Ability.WRITE,
        entity="{images}",
        administrator=True,
        abroad=True,
    )


TECHNIQUES = (
    _pushing(
        "ecr-push-image",
        "Push an image to a repository",
        "Whatever takes an image by a tag that can be overwritten runs the new one the next time.",
    ),
    _pushing(
        "ecr-replace-image",
        "Delete an image and push another under its immutable tag",
        "A tag that cannot be overwritten is free once its image is deleted.",
        _DELETE,
    ),
    _pushing(
        "ecr-release-tags",
        "Make tags of a repository mutable and push an image",
        "Whoever sets whether tags can be overwritten overwrites them then.",
        _UNFIX,
    ),
    Technique(
        id="ecr-open-repository",
        title="Write oneself into the policy of an image repository to push there",
        attack="T1525",
        explanation="Whoever is allowed `ecr:SetRepositoryPolicy` grants themselves the rest. "
        "Close it by denying the call to all but those who keep the policy.",
        effort=3,
        over=Offered(bindings=_own, finish=_opened),
        needs=(_WRITE_POLICY,),
        grants=Ability.WRITE,
        entity="{images}",
        administrator=True,
    ),
)
