# SPDX-License-Identifier: Apache-2.0
"""What is kept of the facts of a node: its system, its names and addresses, its cloud's machine.

Facts may be written by anybody who runs code on the node, and custom ones hold anything; of all
others only the number is kept. `ec2_userdata` and `ec2_metadata` may hold secrets: of the latter
the machine and its account are kept.

Source: https://www.puppet.com/docs/puppet/7/core_facts
"""

import re
from collections.abc import Iterator, Mapping

from bartizan.model.record import Json

_PLACES = (
    "os.name",
    "os.family",
    "os.release.full",
    "kernel",
    "kernelrelease",
    "networking.hostname",
    "networking.fqdn",
    "networking.ip",
    "networking.ip6",
    "ec2_metadata.instance-id",
    "operatingsystem",
    "operatingsystemrelease",
    "hostname",
    "fqdn",
    "ipaddress",
    "ipaddress6",
    "ec2_instance_id",
)
"""Dotted places of what is kept; the last seven are the names that Facter gave before."""

NAMES = tuple(dict.fromkeys(place.partition(".")[0] for place in _PLACES))
"""Names of the facts of which something is kept."""

_ACCOUNT = re.compile(r'"AccountId"\s*:\s*"(\d{12})"|arn:aws[a-z-]*:iam::(\d{12}):')
_INSTANCE = re.compile(r"i-[0-9a-f]{8,17}")


def kept(values: Mapping[str, Json]) -> dict[str, Json]:
    """Return what is kept of facts, by dotted place."""
    found: dict[str, Json] = {}
    for place in _PLACES:
        if isinstance(value := _at(values, place), str):
            found[place] = value
    found["addresses"] = list[Json](sorted(set(_addresses(values))))
    if account := _account(values):
        found["account"] = account
    found["others"] = sum(name not in NAMES for name in values)
    return found


def instance(facts: Mapping[str, Json]) -> str:
    """Return the id of the cloud's machine in what was kept; empty where there is none."""
    for place in ("ec2_metadata.instance-id", "ec2_instance_id"):
        value = facts.get(place)
        if isinstance(value, str) and _INSTANCE.fullmatch(value):
            return value
    return ""


def _at(values: Mapping[str, Json], place: str) -> Json:
    value: Json = dict(values)
    for name in place.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _addresses(values: Mapping[str, Json]) -> Iterator[str]:
    for name in ("networking.ip", "networking.ip6", "ipaddress", "ipaddress6"):
        if isinstance(value := _at(values, name), str):
            yield value
    interfaces = _at(values, "networking.interfaces")
    for interface in interfaces.values() if isinstance(interfaces, dict) else ():
        if not isinstance(interface, dict):
            continue
        for family in ("bindings", "bindings6"):
            bindings = interface.get(family)
            for one in bindings if isinstance(bindings, list) else ():
                if isinstance(one, dict) and isinstance(address := one.get("address"), str):
                    yield address


def _account(values: Mapping[str, Json]) -> str:
    """Return the account that the metadata service names; empty where it names none."""
    for place in ("identity-credentials.ec2.info", "iam.info"):
        said = _at(values, f"ec2_metadata.{place}")
        if isinstance(said, str) and (match := _ACCOUNT.search(said)):
            return match[1] or match[2]
    return ""
