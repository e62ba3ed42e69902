# SPDX-License-Identifier: Apache-2.0
"""Changes of what filters packets, and of what stands in networks."""

import pytest

from tests.fakes.laid_network import Change, after, described, laid
from tests.fakes.network_edits import (
    ALL,
    admit_itself,
    both_groups,
    close_web,
    elastic,
    list_rule,
    open_ssh,
    other_group,
    own_list,
)
from tests.fakes.network_records import network_records
from tests.fakes.planned_network import GROUP, INTERFACE, SUBNET, VPC, WRITTEN, applied, written
from tests.fakes.terraform_plan import Described, change

HELD = network_records(applied())


def test_a_network_is_what_a_scan_would_find_of_it() -> None:
    found = laid(*written())

    assert after(found) == described()
    assert found.gaps == ()
    assert found.others == {}


def test_a_network_that_goes_leaves_nothing() -> None:
    changes = [change(address, before=before) for address, before in WRITTEN.items()]

    assert after(laid(*changes, records=HELD)) == {}


def test_a_change_of_nothing_but_names_changes_nothing_else() -> None:
    changes = [change(address, before=after, after=after) for address, after in WRITTEN.items()]

    assert after(laid(*changes, records=HELD)) == described()


SSH = {"from_port": 22, "to_port": 22, "security_group_id": GROUP}
CASES: dict[str, tuple[tuple[Change, ...], tuple[Change, ...], list[Described]]] = {
    "a rule that is written apart": (
        (),
        (open_ssh,),
        [
            change(
                "aws_security_group_rule.ssh",
                after=SSH | {"type": "ingress", "protocol": "6", "cidr_blocks": [ALL]},
            )
        ],
    ),
    "a rule of the newer type": (
        (),
        (open_ssh,),
        [
            change(
                "aws_vpc_security_group_ingress_rule.ssh",
                after=SSH | {"ip_protocol": "tcp", "cidr_ipv4": ALL},
            )
        ],
    ),
    "a rule that goes": (
        (open_ssh,),
        (),
        [
            change(
                "aws_security_group_rule.ssh",
                before=SSH | {"type": "ingress", "protocol": "tcp", "cidr_blocks": [ALL]},
            )
        ],
    ),
    "a rule that changes": (
        (open_ssh,),
        (),
        [
            change(
                "aws_vpc_security_group_ingress_rule.ssh",
                before=SSH | {"ip_protocol": "tcp", "cidr_ipv4": ALL},
                after={
                    "security_group_id": GROUP,
                    "ip_protocol": "tcp",
                    "from_port": 443,
                    "to_port": 443,
                    "cidr_ipv4": "192.0.2.0/24",
                },
            )
        ],
    ),
    "a rule for the group itself": (
        (),
        (admit_itself,),
        [
            change(
                "aws_security_group_rule.self",
                after={
                    "security_group_id": GROUP, "type": "ingress", "protocol": "all",
                    "from_port": 0, "to_port": 0, "self": True,
                },
            )
        ],
    ),
    "a group whose blocks are emptied": (
        (),
        (close_web,),
        [
            change(
                "aws_security_group.web",
                before=WRITTEN["aws_security_group.web"],
                after=WRITTEN["aws_security_group.web"] | {"ingress": []},
            )
        ],
    ),
    "a group whose blocks the code computes": (
        (),
        (open_ssh,),
        [
            change(
                "aws_security_group.web",
                before=WRITTEN["aws_security_group.web"],
                after=WRITTEN["aws_security_group.web"]
                | {
                    "ingress": [
                        *WRITTEN["aws_security_group.web"]["ingress"],
                        {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": [ALL]},
                    ]
                },
                computed=("ingress", "egress"),
            )
        ],
    ),
    "a group whose blocks are computed to be none": (
        (),
        (close_web,),
        [
            change(
                "aws_security_group.web",
                before=WRITTEN["aws_security_group.web"],
                after=WRITTEN["aws_security_group.web"] | {"ingress": []},
                computed=("ingress", "egress"),
            )
        ],
    ),
    "a group whose rules are written apart": (
        (open_ssh,),
        (open_ssh,),
        [
            {
                **change(
                    "aws_security_group.web",
                    before=WRITTEN["aws_security_group.web"],
                    after=WRITTEN["aws_security_group.web"],
                ),
                "computed": ("ingress", "egress"),
            }
        ],
    ),
    "an access list of its own": (
        (),
        (own_list,),
        [
            change(
                "aws_network_acl.n",
                after={
                    "id": "acl-1",
                    "vpc_id": VPC,
                    "subnet_ids": [SUBNET],
                    "ingress": [
                        {
                            "rule_no": 10, "action": "DENY", "protocol": "tcp",
                            "from_port": 22, "to_port": 22, "cidr_block": ALL,
                        }
                    ],
                },
            )
        ],
    ),
    "a rule of an access list": (
        (),
        (list_rule,),
        [
            change(
                "aws_network_acl_rule.r",
                after={
                    "network_acl_id": "acl-default", "rule_number": 5, "egress": True,
                    "rule_action": "deny", "protocol": "udp", "from_port": 53, "to_port": 53,
                    "cidr_block": ALL,
                },
            )
        ],
    ),
    "a rule of an access list that goes": (
        (list_rule,),
        (),
        [
            change(
                "aws_network_acl_rule.r",
                before={"network_acl_id": "acl-default", "rule_number": 5, "egress": True},
            )
        ],
    ),
    "another access list that goes": (
        (own_list,),
        (),
        [change("aws_network_acl.n", before={"id": "acl-1", "vpc_id": VPC})],
    ),
    "an instance in another group": (
        (),
        (other_group,),
        [
            change(
                "aws_instance.web",
                before=WRITTEN["aws_instance.web"],
                after=WRITTEN["aws_instance.web"] | {"vpc_security_group_ids": ["sg-default"]},
            )
        ],
    ),
    "one more group": (
        (),
        (both_groups,),
        [
            change(
                "aws_network_interface_sg_attachment.g",
                after={"network_interface_id": INTERFACE, "security_group_id": "sg-default"},
            )
        ],
    ),
    "one group less": (
        (both_groups,),
        (),
        [
            change(
                "aws_network_interface_sg_attachment.g",
                before={"network_interface_id": INTERFACE, "security_group_id": "sg-default"},
            )
        ],
    ),
    "an address that stands for an instance": (
        (),
        (elastic,),
        [
            change(
                "aws_eip.e",
                after={"id": "eipalloc-1", "public_ip": "203.0.113.9", "instance": "i-1"},
            )
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_change_gives_the_facts_of_a_scan_afterwards(name: str) -> None:
    before, expected, changes = CASES[name]
    estate = applied()
    for edit in before:
        edit(estate)

    found = laid(*changes, records=network_records(estate))

    assert after(found) == described(*expected)
    assert found.gaps == ()
    assert found.others == {}
