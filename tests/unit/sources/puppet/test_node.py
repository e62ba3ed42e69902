# SPDX-License-Identifier: Apache-2.0
"""What is kept of what a node says of itself."""

from typing import Any

from bartizan.model.facts.host import Host
from bartizan.model.record import Json, RecordList
from bartizan.sources.puppet.normalise import PuppetNormaliser
from tests.fakes.puppet import catalog, read, text

MODERN: dict[str, Any] = {
    "os": {"name": "Debian", "family": "Debian", "release": {"full": "12.4", "major": "12"}},
    "kernel": "Linux",
    "kernelrelease": "6.1.0",
    "networking": {
        "hostname": "web1",
        "fqdn": "web1.example.org",
        "ip": "10.0.0.5",
        "interfaces": {
            "eth0": {"bindings": [{"address": "10.0.0.5"}], "bindings6": [{"address": "fd00::5"}]},
            "lo": {"bindings": [{"address": "127.0.0.1"}]},
        },
    },
    "ec2_metadata": {
        "instance-id": "i-0123456789abcdef0",
        "iam": {"info": '{"InstanceProfileArn" : "arn:aws:iam::111111111111:instance-profile/p"}'},
        "user-data": "hunter2",
    },
    "ec2_userdata": "password: hunter2",
    "my_password": "hunter2",
}
OLD = {
    "operatingsystem": "CentOS",
    "operatingsystemrelease": "7.9",
    "hostname": "web1",
    "ipaddress": "10.0.0.6",
    "ec2_instance_id": "i-0123456789abcdef0",
}


def host(values: dict[str, Any]) -> Host:
    both: Json = [catalog(), {"name": "web1", "values": values}]
    (found,) = PuppetNormaliser()(RecordList(read(both))).rows(Host)
    return found


def test_a_host_is_told_with_its_names_addresses_and_machine() -> None:
    assert host(MODERN) == Host(
        id="web1",
        source="puppet",
        names=("web1", "web1.example.org"),
        addresses=("10.0.0.5", "127.0.0.1", "fd00::5"),
        system="Debian",
        release="12.4",
        kernel="6.1.0",
        instance="i-0123456789abcdef0",
        account="111111111111",
        environment="production",
        whole=False,
    )


def test_names_that_facter_gave_before_are_read() -> None:
    found = host(OLD)

    assert (found.system, found.release, found.names) == ("CentOS", "7.9", ("web1",))
    assert (found.addresses, found.instance) == (("10.0.0.6",), "i-0123456789abcdef0")


def test_facts_of_wrong_types_are_left_out() -> None:
    wrong = {"os": 7, "networking": {"ip": 1, "interfaces": {"a": 1, "b": {"bindings": [1]}}}}
    found = host(wrong | {"ec2_metadata": {"instance-id": "x; rm", "iam": {"info": "y"}}})

    assert (found.system, found.addresses, found.instance, found.account) == ("", (), "", "")


def test_no_other_fact_is_kept() -> None:
    assert "hunter2" not in text({"name": "web1", "values": MODERN})
    assert '"others": 2' in text({"name": "web1", "values": MODERN})
