# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import InternetBlock, InternetBlockExclusion
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION


def options(**fields: str) -> dict[str, object]:
    return {"VpcBlockPublicAccessOptions": fields}


def exclusion(state: str, mode: str = "allow-egress") -> dict[str, object]:
    one = {
        "ExclusionId": "vpcbpa-exclude-1",
        "InternetGatewayExclusionMode": mode,
        "ResourceArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/subnet-1",
        "State": state,
    }
    return {"VpcBlockPublicAccessExclusions": [one]}


def unread(operation: str, code: str) -> Unread:
    return Unread(
        provider="aws",
        account=ACCOUNT,
        region=REGION,
        service="ec2",
        operation=operation,
        action="",
        kind="AWS::EC2::VPCBlockPublicAccessOptions",
        resource="",
        code=code,
        reason="",
    )


@pytest.mark.parametrize("mode", ["off", "block-bidirectional", "block-ingress"])
def test_the_switch_stands_as_it_says(mode: str) -> None:
    facts = network_facts((ACCOUNT, REGION, options(InternetGatewayBlockMode=mode)))

    assert [(row.account, row.region, row.mode) for row in facts.rows(InternetBlock)] == [
        (ACCOUNT, REGION, mode)
    ]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"InternetGatewayBlockMode": "sideways"}, "malformed"),
        ({"InternetGatewayBlockMode": "off", "State": "update-in-progress"}, "failed"),
    ],
)
def test_a_switch_that_cannot_be_told_has_no_row(fields: dict[str, str], code: str) -> None:
    facts = network_facts((ACCOUNT, REGION, options(**fields)))

    assert facts.rows(InternetBlock) == ()
    assert [row.code for row in facts.rows(Unread)] == [code]


def test_where_the_api_has_no_such_switch_it_is_off() -> None:
    asked = "DescribeVpcBlockPublicAccessOptions"

    def modes(operation: str, code: str) -> list[str]:
        given = {"VpcBlockPublicAccessOptions": None, "Unread": [unread(operation, code)]}
        rows = network_facts((ACCOUNT, REGION, given)).rows(InternetBlock)
        return [row.mode for row in rows]

    assert modes(asked, "unsupported") == ["off"]
    assert modes(asked, "denied") == []
    assert modes("configurationItems", "unsupported") == []


@pytest.mark.parametrize("state", ["create-complete", "update-complete"])
def test_an_exclusion_holds_once_it_is_made(state: str) -> None:
    facts = network_facts((ACCOUNT, REGION, exclusion(state)))

    assert [(row.target, row.mode) for row in facts.rows(InternetBlockExclusion)] == [
        ("subnet-1", "allow-egress")
    ]


def test_an_exclusion_that_is_gone_is_none_and_one_that_moves_is_unread() -> None:
    gone = network_facts((ACCOUNT, REGION, exclusion("delete-complete")))
    moving = network_facts((ACCOUNT, REGION, exclusion("delete-in-progress")))
    odd = network_facts((ACCOUNT, REGION, exclusion("create-complete", mode="allow-some")))

    assert [facts.rows(InternetBlockExclusion) for facts in (gone, moving, odd)] == [(), (), ()]
    assert gone.rows(Unread) == ()
    assert [(row.code, row.resource) for row in moving.rows(Unread)] == [("failed", "subnet-1")]
    assert [row.code for row in odd.rows(Unread)] == ["malformed"]
