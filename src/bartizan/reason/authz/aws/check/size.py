# SPDX-License-Identifier: Apache-2.0
"""Rules about how long a document may be, by its type.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws.check.layout import Part
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Subject

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)


class _Quota(Struct, frozen=True):
    """How long a document of one type may be."""

    most: int
    """Characters that no place for it takes."""
    usual: int
    """Characters that the usual place for it takes."""
    told: str
    """What the two are of."""
    spaces: bool = True
    """White space between the elements counts."""


_QUOTAS = {
    "identity": _Quota(
        10_240,
        6_144,
        "a managed policy takes 6,144 characters, the inline policies of a role 10,240, of a "
        "group 5,120, of a user 2,048",
        spaces=False,
    ),
    "boundary": _Quota(6_144, 6_144, "a managed policy takes 6,144 characters", spaces=False),
    "trust": _Quota(
        8_192, 2_048, "a trust policy takes 2,048 characters, 8,192 where the quota was raised"
    ),
    "session": _Quota(2_048, 2_048, "a session policy takes 2,048 characters"),
    "scp": _Quota(10_240, 10_240, "a service control policy takes 10,240 characters"),
    "rcp": _Quota(5_120, 5_120, "a resource control policy takes 5,120 characters"),
    "endpoint": _Quota(20_480, 20_480, "an endpoint policy takes 20,480 characters"),
    "resource": _Quota(
        32_768, 20_480, "a key takes 32,768 characters, a bucket 20,480, other services less"
    ),
}


def counted(text: str, *, spaces: bool) -> int:
    """Count characters, without `spaces` only those inside strings and the signs between."""
    if spaces:
        return len(text.strip())
    between = _STRING.sub("", text)
    return len(text) - sum(1 for letter in between if letter.isspace())


def _size(subject: Subject) -> Iterator[Hit]:
    quota = _QUOTAS[subject.kind]
    size = counted(subject.text, spaces=quota.spaces)
    if size > quota.usual:
        counted_as = "" if quota.spaces else " without white space"
        yield Hit(
            at=Part(subject.root.start, subject.root.start + 1),
            message=f"the document has {size:,} characters{counted_as}; {quota.told}",
            level=Level.ERROR if size > quota.most else Level.WARNING,
        )


RULES = (
    Rule(
        id="policy-size",
        level=Level.ERROR,
        title="The document is longer than the vendor takes",
        why="The call that would attach it fails. It is a warning where another place, or a "
        "raised quota, takes it.",
        fix="merge statements, use wildcards where they mean the same, or split it",
        page=f"{GUIDE}reference_iam-quotas.html",
        wrong='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::'
        + "b" * 10_240
        + '/*"}',
        right='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}',
        find=_size,
    ),
)
