# SPDX-License-Identifier: Apache-2.0
"""ECR: repositories of images, and who may push and pull.

Records are answers of https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html
"""

import functools

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep

_REPOSITORY, _POLICY = "AWS::ECR::Repository", "AWS::ECR::RepositoryPolicy"

_kind = functools.partial(Kind, service="ecr")
_keep = functools.partial(keep, service="ecr")


def _arn(thing: Thing, name: str) -> str:
    return thing.arn("ecr", f"repository/{name}")


def _url(thing: Thing) -> str:
    """Return where clients find it.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
    """
    place = thing.place
    suffix = "amazonaws.com.cn" if place.partition == "aws-cn" else "amazonaws.com"
    return f"{thing.account()}.dkr.ecr.{place.region}.{suffix}/{thing.identity('name')}"


def _repository(thing: Thing, draft: Draft) -> None:
    name = thing.identity("name")
    arn = _arn(thing, name)
    body: Body = {
        "repositoryArn": arn,
        "registryId": thing.account(),
        "repositoryName": name,
        "imageTagMutability": thing.text("image_tag_mutability") or "MUTABLE",
        "imageTagMutabilityExclusionFilters": [
            {"filter": one.text("filter"), "filterType": one.text("filter_type")}
            for one in thing.blocks("image_tag_mutability_exclusion_filter")
        ],
    }
    _keep(thing, draft, _REPOSITORY, arn, body=body)


def _no_repository(thing: Thing, draft: Draft) -> None:
    for kind in (_REPOSITORY, _POLICY):
        draft.drop(kind, _arn(thing, thing.identity("name")))


def _policy(thing: Thing, draft: Draft) -> None:
    name = thing.identity("repository")
    body: Body = {
        "registryId": thing.account(),
        "repositoryName": name,
        "policyText": thing.document("policy"),
    }
    _keep(thing, draft, _POLICY, _arn(thing, name), body=body)


def _no_policy(thing: Thing, draft: Draft) -> None:
    draft.drop(_POLICY, _arn(thing, thing.identity("repository")))


KINDS = (
    _kind(
        type="aws_ecr_repository",
        put=_repository,
        take=_no_repository,
        record=_REPOSITORY,
        names=lambda thing: {
            "arn": _arn(thing, thing.identity("name")),
            "id": thing.identity("name"),
            "repository_url": _url(thing),
        },
    ),
    _kind(
        type="aws_ecr_repository_policy",
        put=_policy,
        take=_no_policy,
        record=_POLICY,
        part=True,
    ),
)
