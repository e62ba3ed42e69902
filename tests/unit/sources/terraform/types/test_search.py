# SPDX-License-Identifier: Apache-2.0
"""Search domains in code stand where a scan would find them, and with whom they talk."""

from typing import Any

import pytest

from bartizan.model.facts.network import Interface
from bartizan.model.laid import Laid
from bartizan.model.record import Record
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import HELD, facts, laid, new, operations
from tests.fakes.planned_network import GROUP, SUBNET
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change

ADDRESS = "aws_opensearch_domain.d"
ARN = f"arn:aws:es:{REGION}:{ACCOUNT}:domain/logs"
KIND = "AWS::OpenSearchService::Domain"
INSIDE: Described = {"vpc_options": [{"subnet_ids": [SUBNET], "security_group_ids": [GROUP]}]}


def every(found: Laid) -> tuple[Record, ...]:
    """All records afterwards, of which those that were put are as the vendor's answers."""
    overlay = found.overlay
    assert not overlay.put or misfits(found) == []
    return tuple(row for kind in overlay.kinds() for row in overlay.of(kind))


def made(**more: Any) -> Laid:  # noqa: ANN401 - arguments of code
    return laid(new(ADDRESS, domain_name="logs", **more))


def interfaces(found: Laid) -> list[Interface]:
    names = {
        row.body["NetworkInterfaceId"]
        for row in found.overlay.of("AWS::EC2::NetworkInterface")
        if row.body.get("Description") == "ES logs"
    }
    return [row for row in facts(found).rows(Interface) if row.id in names]


def test_a_domain_outside_of_networks_has_no_interface() -> None:
    found = made()
    (row,) = found.overlay.of(KIND)

    assert (row.id, row.region, found.gaps) == (ARN, REGION, ())
    assert interfaces(found) == []
    assert every(found)


def test_a_domain_in_a_network_stands_in_its_subnets_until_it_goes() -> None:
    found = made(**INSIDE)
    before = {"domain_name": "logs", "arn": ARN}
    gone = laid(change(ADDRESS, before=before), records=every(found))

    (one,) = interfaces(found)
    assert found.gaps == ()
    assert one.groups == (GROUP,)
    assert {row.id for row in every(gone)} == {row.id for row in HELD}


def test_other_groups_of_a_domain_are_those_of_its_interfaces() -> None:
    held = every(made(**INSIDE))
    block = {"subnet_ids": [SUBNET], "security_group_ids": ["sg-other"]}
    values = {"domain_name": "logs", "arn": ARN}

    found = laid(
        change(ADDRESS, before=values | INSIDE, after=values | {"vpc_options": [block]}),
        records=held,
    )
    moved = laid(
        change(
            ADDRESS,
            before=values | INSIDE,
            after=values | {"vpc_options": [block | {"subnet_ids": ["subnet-x", SUBNET]}]},
        ),
        records=held,
    )

    (one,) = interfaces(found)
    assert one.groups == ("sg-other",)
    assert operations(moved) == [f"{ADDRESS}.vpc_options[0].subnet_ids"]


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ({"enabled": True, "anonymous_auth_enabled": True}, (True, True)),
        ({"enabled": True}, (True, False)),
    ],
    ids=["anonymous", "signed"],
)
def test_a_domain_says_who_must_sign_in(block: Described, told: tuple[bool, bool]) -> None:
    found = made(advanced_security_options=[block])
    (row,) = found.overlay.of(KIND)

    assert row.body["AdvancedSecurityOptions"] == dict(
        zip(("Enabled", "AnonymousAuthEnabled"), told, strict=True)
    )


def test_groups_that_are_not_known_yet_are_told() -> None:
    hidden = change(
        ADDRESS,
        after={"domain_name": "logs", "vpc_options": [{"subnet_ids": [SUBNET]}]},
        unknown={"vpc_options": [{"security_group_ids": [True]}]},
    )

    assert operations(laid(hidden)) == [f"{ADDRESS}.vpc_options[0].security_group_ids[0]"]
