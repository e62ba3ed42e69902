# SPDX-License-Identifier: Apache-2.0
"""Functions of networks, by the vendor's examples and by what Terraform 1.11 was asked."""

import pytest

from tests.fakes.asked_function import REFUSED, UNKNOWN, said


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("cidrhost", "10.12.112.0/20", 16), "10.12.112.16"),
        (("cidrhost", "10.12.112.0/20", 268), "10.12.113.12"),
        (("cidrhost", "fd00:fd12:3456:7890:00a2::/72", 34), "fd00:fd12:3456:7890::22"),
        (("cidrhost", "10.1.2.240/28", -1), "10.1.2.255"),
        (("cidrhost", "10.1.2.240/28", 16), REFUSED),
        (("cidrhost", "10.1.2.240/28", 0.5), REFUSED),
        (("cidrhost", "::/0", 2**64), UNKNOWN),
        (("cidrhost", "010.1.2.0/24", 1), "10.1.2.1"),
        (("cidrnetmask", "172.16.0.0/12"), "255.240.0.0"),
        (("cidrnetmask", "fd00::/8"), REFUSED),
        (("cidrnetmask", "::ffff:1.2.3.4/96"), UNKNOWN),
        (("cidrnetmask", "10.0.0.0"), REFUSED),
        (("cidrnetmask", "10.0.0.0/33"), REFUSED),
        (("cidrnetmask", "10.0.0.0.1/8"), REFUSED),
        (("cidrsubnet", "172.16.0.0/12", 4, 2), "172.18.0.0/16"),
        (("cidrsubnet", "10.1.2.0/24", 4, 15), "10.1.2.240/28"),
        (("cidrsubnet", "fd00:fd12:3456:7890::/56", 16, 162), "fd00:fd12:3456:7800:a200::/72"),
        (("cidrsubnet", "10.1.2.3/24", 0, 0), "10.1.2.0/24"),
        (("cidrsubnet", "10.0.0.0/24", 4, 16), REFUSED),
        (("cidrsubnet", "10.0.0.0/24", 9, 0), REFUSED),
        (("cidrsubnet", "10.0.0.0/24", 1, 0.5), REFUSED),
        (("cidrsubnet", "10.0.0.0/24", 1, -1), UNKNOWN),
        (
            ("cidrsubnets", "10.1.0.0/16", 4, 4, 8, 4),
            ["10.1.0.0/20", "10.1.16.0/20", "10.1.32.0/24", "10.1.48.0/20"],
        ),
        (("cidrsubnets", "10.0.0.0/30", 1, 1, 1), REFUSED),
        (("cidrsubnets", "10.0.0.0/30", 0), REFUSED),
        (("cidrsubnets", "10.0.0.0/30", 3), REFUSED),
        (("cidrsubnets", "0.0.0.0/8", 8), UNKNOWN),
        (("cidrsubnets", "::ffff:0:0/96", 8), UNKNOWN),
        (("cidrsubnets", "10.0.0.0/30"), []),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted
