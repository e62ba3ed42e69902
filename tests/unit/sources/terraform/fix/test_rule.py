# SPDX-License-Identifier: Apache-2.0
"""A rule goes from the text as from the plan, and no other rule with it."""

from pathlib import Path

import pytest

from bartizan.errors import FixError
from bartizan.sources.terraform.change import PlannedChange
from tests.fakes.terraform_plan import Described, change
from tests.unit.sources.terraform.fix.test_fix import (
    ALL,
    BOTH,
    GROUP,
    OPEN,
    RULE,
    SG,
    block,
    planned,
    revised,
    revoke,
    rule,
    touched,
)

ALL_SIX = "::/0"
OFFICE = "192.0.2.0/24"
SIX = '\n    ipv6_cidr_blocks = ["::/0"]'


def group(*rules: Described, direction: str = "ingress") -> Described:
    return change(SG, after={direction: list(rules)})


def rules(found: PlannedChange, direction: str = "ingress") -> object:
    values = revised(found, SG).after
    assert isinstance(values, dict)
    return values[direction]


def content(found: PlannedChange) -> str:
    (file,) = found.edited
    return file.after.decode()


@pytest.mark.parametrize(
    ("cidrs", "left"),
    [
        (f'["{ALL}"]', "[]"),
        (f'["{ALL}",]', "[]"),
        (f'[\n      "{ALL}",\n    ]', "[]"),
        (f'[\n      "{ALL}"\n    ]', "[]"),
        (f'[ # all\n      "{ALL}",\n    ]', "[ # all\n      \n    ]"),
        (f'["{ALL}" /* all */]', "[ /* all */]"),
        (f'["{ALL}" , /* all */]', "[ /* all */]"),
    ],
)
def test_the_only_peer_of_its_kind_goes_and_those_of_other_kinds_stay(
    tmp_path: Path, cidrs: str, left: str
) -> None:
    code = {"main.tf": GROUP % block(cidrs + SIX)}
    held = planned(tmp_path, code, group(OPEN | {"ipv6_cidr_blocks": [ALL_SIX]}))

    found = held.fixed(revoke(), touched(SG))

    assert content(found) == GROUP % block(left + SIX)
    assert rules(found) == [RULE | {"cidr_blocks": [], "ipv6_cidr_blocks": [ALL_SIX]}]


def test_the_only_peer_of_a_rule_for_the_group_itself_goes_and_the_group_stays(
    tmp_path: Path,
) -> None:
    own = "\n    self = true"
    code = {"main.tf": GROUP % block(f'["{ALL}"]{own}')}
    held = planned(tmp_path, code, group(OPEN | {"self": True}))

    found = held.fixed(revoke(), touched(SG))

    assert content(found) == GROUP % block(f"[]{own}")
    assert rules(found) == [RULE | {"cidr_blocks": [], "self": True}]


def test_a_peer_of_another_kind_is_taken_out_of_its_own_list(tmp_path: Path) -> None:
    code = {"main.tf": GROUP % block(f'["{OFFICE}"]{SIX}')}
    both = RULE | {"cidr_blocks": [OFFICE], "ipv6_cidr_blocks": [ALL_SIX]}
    held = planned(tmp_path, code, group(both))

    found = held.fixed(revoke(ALL_SIX), touched(SG))

    assert content(found) == GROUP % block(f'["{OFFICE}"]{SIX}').replace('["::/0"]', "[]")
    assert rules(found) == [RULE | {"cidr_blocks": [OFFICE], "ipv6_cidr_blocks": []}]


@pytest.mark.parametrize("other", [{"cidr_blocks": ["10.0.0.0/8"]}, {"self": True}])
def test_the_other_rules_of_a_group_stay(tmp_path: Path, other: Described) -> None:
    web = {"from_port": 443, "to_port": 443, "protocol": "tcp", **other}
    code = {"main.tf": GROUP % (block("var.own", 443) + block(f'["{ALL}"]'))}
    held = planned(tmp_path, code, group(web, OPEN))

    found = held.fixed(revoke(), touched(SG))

    assert content(found) == GROUP % block("var.own", 443)
    assert rules(found) == [web]


def test_a_rule_for_what_leaves_is_taken_from_those(tmp_path: Path) -> None:
    opened = block(f'["{OFFICE}", "{ALL}"]')
    text = GROUP % (opened + opened.replace("ingress", "egress"))
    one = change(SG, after={"ingress": [BOTH], "egress": [BOTH]})

    found = planned(tmp_path, {"main.tf": text}, one).fixed(revoke(direction="out"), touched(SG))

    assert content(found) == GROUP % (opened + block(f'["{OFFICE}"]').replace("ingress", "egress"))
    assert rules(found) == [BOTH]
    assert rules(found, "egress") == [RULE | {"cidr_blocks": [OFFICE]}]


NEWER = {"ip_protocol": "tcp", "from_port": 22, "to_port": 22}


@pytest.mark.parametrize("direction", ["in", "out"])
@pytest.mark.parametrize(
    ("peer", "body", "pair"),
    [
        (
            ALL,
            f'  cidr_ipv4 = "{ALL}"\n',
            {
                "aws_vpc_security_group_ingress_rule.ssh": NEWER | {"cidr_ipv4": ALL},
                "aws_vpc_security_group_egress_rule.ssh": NEWER | {"cidr_ipv4": ALL},
            },
        ),
        (
            ALL_SIX,
            f'  cidr_ipv6 = "{ALL_SIX}"\n',
            {
                "aws_vpc_security_group_ingress_rule.ssh": NEWER | {"cidr_ipv6": ALL_SIX},
                "aws_vpc_security_group_egress_rule.ssh": NEWER | {"cidr_ipv6": ALL_SIX},
            },
        ),
        (
            ALL,
            f'  cidr_blocks = ["{ALL}"]\n',
            {
                "aws_security_group_rule.in": OPEN | {"type": "ingress"},
                "aws_security_group_rule.out": OPEN | {"type": "egress"},
            },
        ),
    ],
    ids=["newer", "newer, of IPv6", "older"],
)
def test_of_two_rules_that_differ_in_their_direction_one_goes(
    tmp_path: Path, *, direction: str, peer: str, body: str, pair: dict[str, Described]
) -> None:
    text = "".join(
        f'resource "{kind}" "{name}" {{\n{body}}}\n'
        for kind, _, name in (address.partition(".") for address in pair)
    )
    held = planned(
        tmp_path, {"main.tf": text}, *(change(a, after=told) for a, told in pair.items())
    )

    found = held.fixed(revoke(peer, direction), touched(*pair))

    into, out = pair
    assert [one.address for one in found.plans[0].changes] == [out if direction == "in" else into]


def test_an_older_rule_loses_one_peer_of_several(tmp_path: Path) -> None:
    address = "aws_security_group_rule.ssh"
    text = rule(
        "aws_security_group_rule", f'  cidr_blocks = ["{ALL}"]\n  ipv6_cidr_blocks = ["::/0"]\n'
    )
    told = OPEN | {"type": "ingress", "ipv6_cidr_blocks": [ALL_SIX]}
    held = planned(tmp_path, {"main.tf": text}, change(address, after=told))

    found = held.fixed(revoke(), touched(address))

    assert content(found) == text.replace(f'["{ALL}"]', "[]")
    assert revised(found, address).after == told | {"cidr_blocks": []}


def padded(text: str) -> str:
    """Return text as far behind the start of its file as a block of a group is in another one."""
    return "# " + "-" * 60 + "\n" + text


DYNAMIC = """
  dynamic "ingress" {
    for_each = var.more
    content {
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      cidr_blocks = ingress.value
    }
  }
"""
REFUSED: dict[str, tuple[dict[str, str], list[Described], str]] = {
    "a rule that stays by another block": (
        {"main.tf": GROUP % (block(f'["{OFFICE}", "{ALL}"]') + DYNAMIC)},
        [BOTH, OPEN],
        "no block is that rule alone",
    ),
    "a peer that may be of either block": (
        {"main.tf": GROUP % (2 * block(f'["{OFFICE}", "{ALL}"]')).replace("= 22", "= var.port")},
        [BOTH, BOTH | {"from_port": 443, "to_port": 443}],
        "the text has it several times",
    ),
    "a list of its own in another file": (
        {
            "main.tf": GROUP % block("local.open"),
            "locals.tf": padded(f'locals {{\n  open = ["{ALL}"]\n}}\n'),
        },
        [OPEN],
        "nothing would be left of the list",
    ),
    "another port": (
        {"main.tf": GROUP % block(f'["{OFFICE}", "{ALL}"]')},
        [BOTH | {"to_port": 23}],
        "no block is that rule alone",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_text_of_which_no_block_is_surely_the_rule_is_not_edited(
    tmp_path: Path, name: str
) -> None:
    code, told, reason = REFUSED[name]

    with pytest.raises(FixError) as caught:
        planned(tmp_path, code, group(*told)).fixed(revoke(), touched(SG))

    assert caught.value.message == reason
