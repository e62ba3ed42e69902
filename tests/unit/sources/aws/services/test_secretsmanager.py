# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.facts.estate import Store, Trigger
from bartizan.model.facts.policy import Policy
from bartizan.sources.aws.services.secretsmanager import SERVICE
from tests.fakes.service_records import ACCOUNT, aws_record, rows_of

_ARN = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-1"


@pytest.mark.parametrize(
    ("named", "key"),
    [
        (None, ""),
        ("alias/aws/secretsmanager", ""),
        ("k", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"),
    ],
)
def test_a_secret_names_the_key_that_its_reader_needs(named: str | None, key: str) -> None:
    (store,) = rows_of(
        SERVICE,
        Store,
        aws_record(
            "AWS::SecretsManager::Secret",
            _ARN,
            {"Name": "db", "KmsKeyId": named, "Tags": [{"Key": "a", "Value": "b"}]},
        ),
    )

    assert (store.name, store.key, store.tags) == ("db", key, {"a": "b"})


def test_a_secret_without_a_policy_answers_without_the_field() -> None:
    kind = "AWS::SecretsManager::ResourcePolicy"

    assert rows_of(SERVICE, Policy, aws_record(kind, _ARN, {"ARN": _ARN})) == ()
    (policy,) = rows_of(SERVICE, Policy, aws_record(kind, _ARN, {"ResourcePolicy": "{}"}))
    assert (policy.id, policy.document) == (f"{_ARN}#resource", "{}")


def test_a_secret_calls_the_function_that_rotates_it() -> None:
    called = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:rotate"
    (trigger,) = rows_of(
        SERVICE,
        Trigger,
        aws_record("AWS::SecretsManager::Secret", _ARN, {"RotationLambdaARN": called}),
    )

    assert (trigger.workload, trigger.source) == (called, _ARN)
