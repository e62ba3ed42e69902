# SPDX-License-Identifier: Apache-2.0
"""Whose a resource is, where it lies, and what is known of it."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, Store, Workload
from bartizan.model.facts.identity import Principal

_ASKED = 1 << 12
"""Resources of which it is remembered whose they are."""

_TAGS_NOT_READ = frozenset(
    {
        "AWS::DynamoDB::Table",
        "AWS::ECR::Repository",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
    }
)
"""Kinds of things that have tags which no source reads."""


class Place(Struct, frozen=True):
    """What is known of a resource."""

    arn: str
    """Of the thing that carries policies and tags: the bucket of an object."""
    account: str
    region: str
    tags: Mapping[str, str] | None
    """None for a thing that is not in the estate, or whose tags are not read."""
    of_vendor: bool = False
    """A key that the vendor manages in the account."""


class Ownership:
    """Finds the thing that an ARN in a request speaks of."""

    def __init__(self, facts: Facts) -> None:
        self._places: dict[str, Place] = {}
        things: list[Store | Key | Workload] = [
            *facts.rows(Store),
            *facts.rows(Key),
            *facts.rows(Workload),
        ]
        for thing in things:
            self._places.setdefault(thing.arn, _place(thing))
        for person in facts.rows(Principal):
            self._places[person.arn] = Place(person.arn, person.account, "", person.tags)
        self.of = lru_cache(_ASKED)(self._of)

    def knows(self, arn: str) -> bool:
        """Say whether `arn` itself is a thing of the estate."""
        return arn in self._places

    def among(self, arns: frozenset[str]) -> frozenset[str]:
        """Return those of some ARNs that are of things of the estate."""
        return frozenset(self._places.keys() & arns)

    def _of(self, resource: str) -> Place:
        """Find what `resource` speaks of; a thing we do not know is told by its ARN alone."""
        for candidate in carriers(resource):
            if candidate in self._places:
                return self._places[candidate]
        parts = resource.split(":", 5)
        region = parts[3] if len(parts) == 6 else ""  # noqa: PLR2004 - the six parts of an ARN
        return Place(carriers(resource)[-1], account_of(resource), region, None)


def _place(thing: Store | Key | Workload) -> Place:
    if isinstance(thing, Key):
        vendors = thing.manager == "AWS"
        return Place(thing.arn, thing.account, thing.region, thing.tags, of_vendor=vendors)
    tags = None if thing.kind in _TAGS_NOT_READ and not thing.tags else thing.tags
    return Place(thing.arn, thing.account, thing.region, tags)


def carriers(resource: str) -> tuple[str, ...]:
    """Name what could carry the policy of `resource`, itself first.

    An object's policy is its bucket's; a function's version or alias has the function's.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
    """
    parts = resource.split(":", 5)
    if len(parts) < 6:  # noqa: PLR2004 - as above
        return (resource,)
    service, rest = parts[2], parts[5]
    if service == "s3" and "/" in rest:
        return (resource, resource.split("/", 1)[0])
    if service == "lambda" and rest.count(":") > 1:
        return (resource, resource.rsplit(":", 1)[0])
    if service == "dynamodb" and rest.count("/") > 1:
        table = "/".join(rest.split("/")[:2])
        return (resource, ":".join((*parts[:5], table)))
    return (resource,)
