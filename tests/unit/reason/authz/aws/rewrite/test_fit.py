# SPDX-License-Identifier: Apache-2.0
import json
from typing import Any

import pytest

from bartizan.errors import PolicyError
from bartizan.model.rewrite import Fitted, Group
from bartizan.model.usage import Use
from bartizan.reason.authz.aws.rewrite.fit import fit
from bartizan.reason.authz.aws.usage.evidence import Claim
from tests.fakes.observed_use import ROLE, advice, call, service, use
from tests.fakes.policy_text import text
from tests.fakes.statements import allow, deny

WHOLE = Claim(principals=(ROLE,), management=True)
OBJECT = "arn:aws:s3:::b/k"


def _fit(*statements: dict[str, Any], seen: Use, claim: Claim = WHOLE) -> Fitted:
    return fit(text(*statements), seen, claim, name="p.json", type="identity")


def _actions(found: Fitted) -> list[Any]:
    return [one["Action"] for one in json.loads(found.text)["Statement"]]


def _named(groups: tuple[Group, ...]) -> set[str]:
    return {name for group in groups for name in group.actions}


def test_what_was_used_stays_and_what_was_not_goes_with_its_evidence() -> None:
    given = allow(["ec2:RunInstances", "ec2:DescribeInstances", "secretsmanager:GetSecretValue"])

    found = _fit(given, seen=use(call("DescribeInstances", source="ec2")))

    assert _actions(found) == ["ec2:DescribeInstances"]
    assert _named(found.removed) == {"ec2:RunInstances", "secretsmanager:GetSecretValue"}
    assert "no event from" in found.removed[0].why
    assert _named(found.used) == {"ec2:DescribeInstances"}
    assert (found.proof.holds, found.complete, found.kept) == (True, True, ())


def test_what_the_evidence_does_not_cover_stays_and_is_listed() -> None:
    given = allow(["s3:GetObject", "iam:PassRole", "glue:GetTable", "new:Thing", "kms:Decrypt"])

    found = _fit(given, seen=use())

    assert _actions(found) == [["s3:GetObject", "iam:PassRole", "glue:GetTable", "new:Thing"]]
    assert _named(found.kept) == {"s3:GetObject", "iam:PassRole", "glue:GetTable", "new:Thing"}
    assert not found.complete


def test_without_evidence_the_policy_stays_letter_for_letter() -> None:
    given = text(allow("s3:*"), deny("iam:*"), Id="mine")

    found = fit(given, use(), Claim(principals=(ROLE,)), name="p", type="identity")

    assert (found.text, found.removed) == (given, ())


def test_a_statement_that_denies_stays() -> None:
    found = _fit(allow("sts:AssumeRole"), deny("iam:*", Sid="No"), seen=use())

    assert [one["Effect"] for one in json.loads(found.text)["Statement"]] == ["Deny"]


def test_what_other_calls_may_need_stays_with_them() -> None:
    given = allow(["ec2:RunInstances", "ec2:CreateTags", "ec2:DeleteVpc"])

    found = _fit(given, seen=use(call("RunInstances", source="ec2")))

    assert _actions(found) == [["ec2:RunInstances", "ec2:CreateTags"]]


def test_what_a_call_that_another_policy_allows_may_need_stays() -> None:
    found = _fit(allow("ec2:CreateTags"), seen=use(call("RunInstances", source="ec2")))

    assert _actions(found) == ["ec2:CreateTags"]


def test_tagging_stays_with_calls_that_may_tag_what_they_make() -> None:
    given = allow(["sqs:CreateQueue", "sqs:TagQueue"])

    kept = _fit(given, seen=use(call("CreateQueue", source="sqs")))
    gone = _fit(given, seen=use())

    assert _actions(kept) == [["sqs:CreateQueue", "sqs:TagQueue"]]
    assert _actions(gone) == []


def test_a_call_that_stands_for_no_action_keeps_its_service() -> None:
    found = _fit(allow("ec2:RunInstances"), seen=use(call("Mystery", source="ec2")))

    assert _actions(found) == ["ec2:RunInstances"]
    assert [one.name for one in found.unmapped] == ["Mystery"]
    assert not found.complete


def test_a_call_of_an_unknown_service_is_listed() -> None:
    found = _fit(allow("sts:AssumeRole"), seen=use(call("Mystery", source="nowhere")))

    assert [one.source for one in found.unmapped] == ["nowhere.amazonaws.com"]


def test_a_service_that_was_never_accessed_goes_but_for_what_is_no_call() -> None:
    seen = use(advice=[advice(service("glue"), service("iam"))])

    found = _fit(
        allow(["glue:GetTable", "iam:PassRole"]), seen=seen, claim=Claim(principals=(ROLE,))
    )

    assert _actions(found) == ["iam:PassRole"]


def test_a_pattern_is_opened_and_said_to_be() -> None:
    found = _fit(
        allow("secretsmanager:*"), seen=use(call("GetSecretValue", source="secretsmanager"))
    )

    assert _actions(found) == ["secretsmanager:GetSecretValue"]
    assert found.opened == ("secretsmanager:*",)


def test_what_was_used_and_is_not_allowed_here_is_reported_and_not_added() -> None:
    seen = use(call("GetObject", resources=[OBJECT]), call("GetCallerIdentity", source="sts"))

    found = _fit(allow("sts:AssumeRole"), seen=seen)

    assert {one.action for one in found.trial.elsewhere} == {"s3:GetObject", "s3:GetObjectVersion"}
    assert "s3:" not in found.text


def test_everything_is_narrowed_service_by_service() -> None:
    found = _fit(allow("*"), seen=use(call("ListBuckets")))

    (actions,) = _actions(found)
    assert {"glue:*", "s3:List*", "iam:PassRole"} <= {*actions}
    assert not {"ec2:*", "iam:*", "s3:*", "iam:CreateUser"} & {*actions}
    assert found.proof.holds is not False


def test_a_policy_larger_than_any_service_takes_is_an_error() -> None:
    with pytest.raises(PolicyError, match="too many patterns"):
        _fit(allow([f"*:Get{n}*" for n in range(200)]), seen=use())
