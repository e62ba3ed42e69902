# SPDX-License-Identifier: Apache-2.0
"""Services that a policy lets in for whoever they act for, not for its own account alone.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from collections.abc import Iterator

from msgspec import structs

from bartizan.model.facts.estate import Store
from bartizan.model.step import Ability
from bartizan.reason.authz.aws.estate.caller import OUTSIDE_ACCOUNT
from bartizan.reason.authz.aws.policy.document import Effect
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need, Technique
from bartizan.reason.authz.aws.steps.techniques.stores import of_bucket

_CLOUDFRONT = "cloudfront.amazonaws.com"
_OF_A_STRANGER = (
    ("aws:SourceArn", f"arn:aws:cloudfront::{OUTSIDE_ACCOUNT}:distribution/EBARTIZANOUTSIDER"),
    ("aws:SourceAccount", OUTSIDE_ACCOUNT),
    ("aws:SourceOrgID", None),
    ("aws:SourceOrgPaths", None),
)
"""What a request says that a distribution of a stranger causes, of an account by itself.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
"""


def _distributed(scene: Scene, actor: Actor) -> Iterator[Binding]:
    """Try the buckets whose policy may let the service in.

    A policy that opens a bucket to everybody lets services in too, and blocks of public access
    spare them by the letter of the documentation. Whether they do where no statement names the
    service is not said there, so it is a doubt.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    for bucket in scene.stores_of("AWS::S3::Bucket"):
        named = _lets_in(scene, bucket.arn)
        if named is not None:
            bound = of_bucket(scene, actor, bucket)
            extra = (
                structs.replace(need, by=_CLOUDFRONT, context=_OF_A_STRANGER)
                for need in bound.extra
            )
            doubt = () if named else _doubt(scene, bucket)
            yield structs.replace(bound, extra=tuple(extra), missing=(*bound.missing, *doubt))


def _doubt(scene: Scene, bucket: Store) -> tuple[str, ...]:
    place = scene.estate.ownership.of(bucket.arn)
    block = scene.estate.public_access(place)
    if block is not None and block.restrict_public_buckets:
        return (f"whether the block of public access of {bucket.arn} spares CloudFront",)
    return () if block is None else block.missing


def _lets_in(scene: Scene, bucket: str) -> bool | None:
    """Tell whether the policy of a bucket that may let the service in names it; None where it does
    not let it in. One that was not read may let anybody in without it, and that is told already.
    """
    policy = scene.estate.resource_policy(bucket, False)  # noqa: FBT003 - cached by position
    statements = policy.document.statements if policy and policy.document else ()
    allows = [one.principal for one in statements if one.effect is Effect.ALLOW]
    if any(one is not None and _CLOUDFRONT in one.service for one in allows):
        return True
    return False if any(one is None or one.any for one in allows) else None


OF_SERVICES = (
    Technique(
        id="read-through-distribution",
        title="Read a bucket through a distribution of one's own",
        attack="T1530",
        explanation="The policy lets CloudFront read for whoever has a distribution, and anybody "
        "may make one that takes this bucket for its origin. Close it with a condition on "
        "`aws:SourceArn` that names one's own distribution.",
        effort=2,
        over=_distributed,
        needs=(
            Need(
                by=_CLOUDFRONT,
                action="s3:GetObject",
                resource="{store}/*",
                context=_OF_A_STRANGER,
            ),
        ),
        grants=Ability.READ,
        entity="{store}",
        abroad=True,
    ),
)
"""What anybody with an account of AWS can have a service do."""
