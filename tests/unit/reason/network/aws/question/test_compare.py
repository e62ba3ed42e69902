# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.network_comparison import Analysis, Compared
from bartizan.model.packet import Blocked, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.question.compare import compare
from tests.fakes.shop_network import ACCOUNT, DB, DOUBT, OLD, REGION, WEB, facts
from tests.fakes.slow_router import SlowRouter

FACTS = facts()
ENGINE = SlowRouter(FACTS)


def _one(
    source: str,
    target: str,
    port: int = 443,
    *,
    found: bool | None = True,
    codes: tuple[str, ...] = (),
    address: str = "",
) -> Compared:
    analysis = Analysis(
        id="nia-1", found=found, source=source, target=target, protocol=6, port=port,
        codes=codes, address=address,
    )  # fmt: skip
    (compared,) = compare(FACTS, ENGINE, [analysis]).compared
    return compared


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("igw-1", WEB),
        (f"arn:aws:ec2:{REGION}:{ACCOUNT}:internet-gateway/igw-1", "i-web"),
        (f"arn:aws:ec2:{REGION}:{ACCOUNT}:network-interface/{OLD}", "igw-1"),
    ],
)
def test_ends_are_found_as_the_analyzer_names_them(source: str, target: str) -> None:
    verdict = _one(source, target).verdict

    assert isinstance(verdict, Reachable if source.endswith("igw-1") else Blocked)


def test_a_difference_is_said_either_way() -> None:
    assert _one("igw-1", WEB, found=False).why == "we found a way that they did not"
    blocked = _one("igw-1", DB, codes=("X",))
    assert blocked.why == "they found a way that we hold to be blocked"
    assert blocked.codes == (
        "ENI_SG_RULES_MISMATCH",
        "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
        "NO_ROUTE_TO_DESTINATION",
    )
    assert _one("igw-1", WEB).why == ""
    assert _one("igw-1", DB, found=False).why == ""


def test_what_one_side_does_not_know_is_no_difference() -> None:
    assert isinstance(_one("igw-1", DOUBT, 8443).verdict, Unknown)
    assert "decides" in _one("igw-1", DOUBT, 8443).why
    assert _one("igw-1", WEB, found=None).why == "the vendor's analyzer did not finish"


def test_what_the_snapshot_lacks_is_not_answered() -> None:
    absent, empty = _one("eni-none", WEB), _one("sg-unused", WEB)

    assert (absent.verdict, absent.why) == (None, "nothing in the snapshot is called `eni-none`")
    assert (empty.verdict, empty.why) == (None, "one side has no interface")


def test_without_a_port_any_port_will_do() -> None:
    assert isinstance(_one("igw-1", WEB, -1).verdict, Reachable)
    assert isinstance(_one("igw-1", DB, -1).verdict, Blocked)


def test_one_address_of_a_target_is_asked_alone() -> None:
    assert isinstance(_one(OLD, WEB, 22, address="10.0.1.10").verdict, Reachable)
    assert isinstance(_one(OLD, WEB, 22, address="198.51.100.10").verdict, Blocked)


def test_one_of_many_interfaces_is_enough() -> None:
    assert isinstance(_one("igw-1", "subnet-public").verdict, Reachable)
    assert isinstance(_one("igw-1", "vpc-1", 8443).verdict, Unknown)
