# SPDX-License-Identifier: Apache-2.0
from bartizan.model.facts.estate import Key
from bartizan.model.facts.policy import KeyGrant, Policy
from bartizan.model.record import Json
from bartizan.sources.aws.services.kms import SERVICE
from tests.fakes.service_records import ACCOUNT, aws_record, rows_of

_ARN = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
_ENTRY = aws_record("AWS::KMS::KeyListEntry", _ARN, {"KeyId": "k", "KeyArn": _ARN})


def test_a_key_has_its_aliases_and_tags() -> None:
    described: dict[str, Json] = {"KeyId": "k", "KeyManager": "CUSTOMER", "KeyState": "Enabled"}
    aliases = [
        aws_record("AWS::KMS::Alias", f"a:{name}", {"AliasName": name, "TargetKeyId": "k"})
        for name in ("alias/z", "alias/a")
    ]
    elsewhere = aws_record(
        "AWS::KMS::Alias", "b", {"AliasName": "alias/no", "TargetKeyId": "k"}, region="us-east-1"
    )
    labels: dict[str, Json] = {"Tags": [{"TagKey": "data", "TagValue": "pii"}]}
    (key,) = rows_of(
        SERVICE,
        Key,
        _ENTRY,
        aws_record("AWS::KMS::Key", _ARN, described),
        *aliases,
        elsewhere,
        aws_record("AWS::KMS::KeyTags", _ARN, labels),
    )

    assert (key.manager, key.state, key.aliases) == ("CUSTOMER", "Enabled", ("alias/a", "alias/z"))
    assert key.tags == {"data": "pii"}


def test_a_key_that_is_only_listed_is_still_a_key() -> None:
    (key,) = rows_of(SERVICE, Key, _ENTRY)

    assert (key.arn, key.manager, key.state) == (_ARN, "", "")


def test_a_key_policy_belongs_to_its_key() -> None:
    (policy,) = rows_of(
        SERVICE, Policy, aws_record("AWS::KMS::KeyPolicy", _ARN, {"Policy": '{"Statement":[]}'})
    )

    assert (policy.id, policy.document) == (f"{_ARN}#resource", '{"Statement":[]}')


def test_a_grant_keeps_all_that_limits_it() -> None:
    body: dict[str, Json] = {
        "GrantId": "g",
        "GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:role/r",
        "RetiringServicePrincipal": "rds.amazonaws.com",
        "Operations": ["GenerateDataKey", "Decrypt"],
        "Constraints": {
            "EncryptionContextEquals": {"b": "2", "a": "1"},
            "EncryptionContextSubset": {"c": "3"},
        },
    }
    (grant,) = rows_of(SERVICE, KeyGrant, aws_record("AWS::KMS::Grant", f"{_ARN}#g", body))

    assert (grant.key, grant.id) == (_ARN, "g")
    assert grant.grantee == f"arn:aws:iam::{ACCOUNT}:role/r"
    assert grant.retiring == "rds.amazonaws.com"
    assert grant.operations == ("Decrypt", "GenerateDataKey")
    assert grant.encryption_context_equals == ("a=1", "b=2")
    assert grant.encryption_context_subset == ("c=3",)
