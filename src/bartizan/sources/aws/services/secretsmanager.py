# SPDX-License-Identifier: Apache-2.0
"""Secrets Manager: which secrets there are and who may read them; never their values.

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access.html
"""

import functools
from collections.abc import Iterator

from bartizan.model.facts.estate import Store, Trigger
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import document, rows, tags, text
from bartizan.sources.aws.facts.encryption import Keys
from bartizan.sources.aws.facts.resource_policy import resource_policy
from bartizan.sources.aws.service import Service

_call = functools.partial(Call, service="secretsmanager", scope=Scope.REGION)

_CALLS = (
    _call(
        operation="ListSecrets",
        kind="AWS::SecretsManager::Secret",
        items="SecretList",
        id="item.ARN",
    ),
    _call(
        operation="GetResourcePolicy",
        kind="AWS::SecretsManager::ResourcePolicy",
        each="AWS::SecretsManager::Secret",
        parameters={"SecretId": "parent.ARN"},
        id="parent_id",
        absent=("ResourceNotFoundException",),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Yield secrets, their policies, and the functions that rotate them.

    A secret without `KmsKeyId` lies under the key `aws/secretsmanager`, which every reader in its
    account may use through the service: it has no key to ask for.
    """
    known = Keys.of(records)

    def secret(record: Record) -> Iterator[Row]:
        yield Store(
            arn=record.id,
            kind=record.kind,
            account=record.account,
            region=record.region,
            name=text(record.body, "Name"),
            key=known.arn(record, text(record.body, "KmsKeyId")),
            tags=tags(record.body, "Tags"),
        )
        if rotation := text(record.body, "RotationLambdaARN"):
            yield Trigger(workload=rotation, source=record.id)

    yield from rows(records, "AWS::SecretsManager::Secret", secret)
    yield from rows(records, "AWS::SecretsManager::ResourcePolicy", _policy)


def _policy(record: Record) -> Iterator[Row]:
    """Yield the policy; a secret without one answers without the field, and `null` stands for one
    that nobody told.
    """
    hidden = record.body.get("ResourcePolicy", "") is None
    written = None if hidden else document(record.body, "ResourcePolicy")
    yield from resource_policy(record, target=record.id, document=written)


SERVICE = Service(name="Secrets Manager", calls=_CALLS, normalise=normalise)
