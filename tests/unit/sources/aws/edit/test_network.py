# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.errors import SourceError
from bartizan.model.record import Json
from bartizan.model.remedy import AssociateAddress, Change, ReleaseAddress
from bartizan.sources.aws.edit.editor import AwsEditor
from tests.fakes.remedied import ACCOUNT, remedy
from tests.fakes.remedied_network import INTERFACE, PUBLIC, elastic, small


def _body(kind: str, change: Change) -> dict[str, Json]:
    (found,) = AwsEditor().apply([remedy(change)], small(elastic())).of(f"AWS::EC2::{kind}")
    return dict(found.body)


def test_a_released_address_is_left_nowhere() -> None:
    change = ReleaseAddress(interface=INTERFACE, private="10.0.0.5", public=PUBLIC)

    assert _body("NetworkInterface", change) == {
        "NetworkInterfaceId": INTERFACE,
        "PrivateIpAddresses": [
            {"PrivateIpAddress": "10.0.0.5", "Primary": True},
            {"PrivateIpAddress": "10.0.0.6", "Primary": False},
        ],
    }
    assert _body("Instance", change) == {
        "InstanceId": "i-1",
        "NetworkInterfaces": [{"NetworkInterfaceId": INTERFACE}],
    }
    assert _body("EIP", change) == {"AllocationId": "eipalloc-1", "PublicIp": PUBLIC}


def test_a_new_address_stands_for_the_private_one_that_was_named() -> None:
    change = AssociateAddress(interface=INTERFACE, private="10.0.0.6", public="192.0.2.1")
    first = AssociateAddress(interface=INTERFACE, private="10.0.0.5", public="192.0.2.1")
    held = _body("NetworkInterface", change)["PrivateIpAddresses"]

    assert isinstance(held, list)
    assert held[1] == {
        "PrivateIpAddress": "10.0.0.6",
        "Primary": False,
        "Association": {"PublicIp": "192.0.2.1", "IpOwnerId": ACCOUNT},
    }
    assert _body("NetworkInterface", first)["Association"] == {
        "PublicIp": "192.0.2.1",
        "IpOwnerId": ACCOUNT,
    }


@pytest.mark.parametrize(
    "change",
    [
        ReleaseAddress(interface=INTERFACE, private="10.0.0.5", public="192.0.2.7"),
        ReleaseAddress(interface="eni-9", private="10.0.0.5", public=PUBLIC),
        AssociateAddress(interface=INTERFACE, private="10.0.0.7", public="192.0.2.1"),
    ],
)
def test_what_no_interface_has_is_refused(change: ReleaseAddress | AssociateAddress) -> None:
    with pytest.raises(SourceError, match=f"`{change.interface}`"):
        AwsEditor().apply([remedy(change)], small())
