# SPDX-License-Identifier: Apache-2.0
"""ECR: private image repositories and their policies."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Store
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import document, objects, rows, text
from bartizan.sources.aws.facts.resource_policy import resource_policy
from bartizan.sources.aws.service import Service

REPOSITORY = "AWS::ECR::Repository"
POLICY = "AWS::ECR::RepositoryPolicy"

_CALLS = (
    Call(
        service="ecr",
        operation="DescribeRepositories",
        kind=REPOSITORY,
        scope=Scope.REGION,
        items="repositories",
        id="item.repositoryArn",
    ),
    Call(
        service="ecr",
        operation="GetRepositoryPolicy",
        kind=POLICY,
        scope=Scope.REGION,
        each=REPOSITORY,
        parameters={"repositoryName": "parent.repositoryName", "registryId": "parent.registryId"},
        id="parent_id",
        absent=("RepositoryPolicyNotFoundException", "RepositoryNotFoundException"),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive a store per repository, and its policy; ECR decrypts layers by a grant of its own.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
    """

    def repository(record: Record) -> Iterator[Row]:
        fixed, loose = _overwritten(record)
        yield Store(
            arn=record.id,
            kind=REPOSITORY,
            account=record.account,
            region=record.region,
            name=text(record.body, "repositoryName"),
            key="",
            tags={},
            fixed=fixed,
            loose=loose,
        )

    def policy(record: Record) -> Iterator[Row]:
        written = document(record.body, "policyText") or None
        yield from resource_policy(record, target=record.id, document=written)

    yield from rows(records, REPOSITORY, repository)
    yield from rows(records, POLICY, policy)


def _overwritten(record: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return patterns of the tags that cannot be overwritten, and of those among them that can.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html
    """
    filters = objects(record.body, "imageTagMutabilityExclusionFilters")
    but = tuple(sorted(text(each, "filter") for each in filters))
    match text(record.body, "imageTagMutability"):
        case "IMMUTABLE":
            return ("*",), ()
        case "IMMUTABLE_WITH_EXCLUSION":
            return ("*",), but
        case "MUTABLE_WITH_EXCLUSION":
            return but, ()
        case _:
            return (), ()


SERVICE = Service(name="ECR", calls=_CALLS, normalise=normalise)
