# SPDX-License-Identifier: Apache-2.0
"""Services that a policy lets in for whoever they act for, not for its own account alone.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

import dataclasses
from collections.abc import Iterator

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
    """Try the buckets whose policy may let the service in."""
    for bucket in scene.stores_of("AWS::S3::Bucket"):
        if _names(scene, bucket.arn):
            bound = of_bucket(scene, actor, bucket)
            extra = (
                dataclasses.replace(need, by=_CLOUDFRONT, context=_OF_A_STRANGER)
                for need in bound.extra
            )
            yield dataclasses.replace(bound, extra=tuple(extra))


def _names(scene: Scene, bucket: str) -> bool:
    """Tell whether the policy of a bucket may let the service in. One that was not read may let
    anybody in without it, and that is told already.
    """
    policy = scene.estate.resource_policy(bucket, False)  # noqa: FBT003 - cached by position
    statements = policy.document.statements if policy and policy.document else ()
    return any(
        one.principal is None or one.principal.any or _CLOUDFRONT in one.principal.service
        for one in statements
        if one.effect is Effect.ALLOW
    )


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
