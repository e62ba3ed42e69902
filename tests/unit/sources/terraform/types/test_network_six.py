# SPDX-License-Identifier: Apache-2.0
"""What AWS lets through once a network has a range of IPv6."""

import pytest

from bartizan.model.facts.network import Rule
from tests.fakes.new_objects import facts, laid, new
from tests.fakes.terraform_plan import Described, change

BLOCK = "2001:db8:1::/56"
WHOLE: Described = {
    "id": "vpc-6", "cidr_block": "10.6.0.0/16", "default_security_group_id": "sg-6",
    "default_network_acl_id": "acl-6", "main_route_table_id": "rtb-6",
}  # fmt: skip
LATER = new("aws_vpc_ipv6_cidr_block_association.v", vpc_id="vpc-6", ipv6_cidr_block=BLOCK)


def sixes(*changes: Described) -> set[tuple[str, str, bool]]:
    """Owner, direction and whether they let through of all rules that are for all of IPv6."""
    rows = facts(laid(*changes)).rows(Rule)
    return {
        (row.owner, row.direction, row.allow)
        for row in rows
        if row.peer == "::/0" and row.owner in {"acl-6", "sg-6"} and row.allow
    }


LET_THROUGH = {("acl-6", "in", True), ("acl-6", "out", True), ("sg-6", "out", True)}


@pytest.mark.parametrize(
    "changes",
    [
        [change("aws_vpc.v", after={**WHOLE, "ipv6_cidr_block": BLOCK})],
        [change("aws_vpc.v", after=WHOLE), LATER],
    ],
    ids=["from the start", "later"],
)
def test_a_range_of_ipv6_is_let_through(changes: list[Described]) -> None:
    assert sixes(*changes) == LET_THROUGH


def test_a_network_without_one_lets_none_through() -> None:
    assert sixes(change("aws_vpc.v", after=WHOLE)) == set()


def test_rules_that_the_code_writes_are_all_that_there_are() -> None:
    entry = {"rule_no": 100, "action": "allow", "protocol": "-1", "from_port": 0, "to_port": 0}
    four = {**entry, "cidr_block": "0.0.0.0/0"}
    own = change(
        "aws_default_network_acl.a",
        after={"default_network_acl_id": "acl-6", "ingress": [four], "egress": [four]},
    )

    assert sixes(change("aws_vpc.v", after=WHOLE), own, LATER) == {("sg-6", "out", True)}
