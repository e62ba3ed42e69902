# SPDX-License-Identifier: Apache-2.0
"""The known AWS actions, what they act on, and the condition keys.

The table is incomplete by nature, since services add actions every week: what it does not have
is not known, never non-existent. It is read once, from the package's own data, when first asked;
that is the only reading here.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import gzip
import json
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from msgspec import Struct

from bartizan.reason.authz.aws.policy.wildcard import glob


class ResourceType(Struct, frozen=True, kw_only=True):
    """A type of resource that a service defines."""

    name: str
    """As the service spells it: `object`."""
    arn: str
    """Pattern of its ARNs, with `*` for what varies."""
    flat: bool
    """What varies last has no slash: a bucket is no object."""

    def fits(self, arn: str) -> bool:
        """Return whether `arn` can be of this type."""
        if self.flat and arn.count("/") > self.arn.count("/"):
            return False
        return glob(self.arn)(arn)


class Action(Struct, frozen=True, kw_only=True):
    """One action of a service."""

    service: str
    """Prefix of the action: `s3`."""
    name: str
    """As the service spells it: `GetObject`."""
    access_level: str
    """`List`, `Read`, `Write`, `Permissions management` or `Tagging`."""
    resource_types: tuple[ResourceType, ...]
    """What it acts on; empty for an action that only `*` can name."""
    required: frozenset[str]
    """Names of the types without which there is no request."""
    condition_keys: tuple[str, ...]
    """Service-specific keys that it may carry; `${...}` stands for a tag's key and the like."""

    @property
    def wildcard_only(self) -> bool:
        """It names no resource: in a policy only Resource `*` covers it."""
        return not self.resource_types

    def acts_on(self, arn: str) -> bool:
        """Return whether `arn` is of a type that the action acts on; `*` always is."""
        return arn == "*" or any(kind.fits(arn) for kind in self.resource_types)

    def __str__(self) -> str:
        """Write it as policies do."""
        return f"{self.service}:{self.name}"


class ConditionKey(Struct, frozen=True, kw_only=True):
    """A condition key."""

    name: str
    """As the vendor spells it."""
    type: str
    """`String`, `ARN`, `Bool`, `Numeric`, `Date`, `IPAddress`, or `Binary`."""
    multivalued: bool
    """A request may hold many values of it at once."""


@cache
def _table() -> dict[str, Any]:
    packed = resources.files("bartizan.reason.authz.aws.data").joinpath("actions.json.gz")
    table: dict[str, Any] = json.loads(gzip.decompress(packed.read_bytes()))
    return table


def source() -> str:
    """Name the data set and its version."""
    return str(_table()["source"])


def date() -> str:
    """Return the day that the data set is of, ISO 8601."""
    return str(_table()["updated"])


@cache
def services() -> frozenset[str]:
    """Name the known service prefixes."""
    return frozenset(_table()["services"])


@cache
def _service(name: str) -> dict[str, Action]:
    """Return the actions of a service by their name in lower case."""
    raw = _table()["services"].get(name)
    if raw is None:
        return {}
    keys = _names_of_keys()
    sets = [tuple(keys[number] for number in numbers) for numbers in raw["sets"]]
    types = _types(name)
    found = {}
    for action_name, (level, links, used) in raw["actions"].items():
        found[action_name.lower()] = Action(
            service=name,
            name=action_name,
            access_level=level,
            resource_types=tuple(types[link // 2] for link in links),
            required=frozenset(types[link // 2].name for link in links if link % 2),
            condition_keys=sets[used],
        )
    return found


@cache
def _names_of_keys() -> tuple[str, ...]:
    return tuple(key for key, _ in _table()["keys"])


@cache
def _types(service: str) -> tuple[ResourceType, ...]:
    raw = _table()["services"].get(service, {"types": ()})
    return tuple(
        ResourceType(name=name, arn=arn, flat=bool(flat)) for name, arn, flat in raw["types"]
    )


def resource_types(service: str) -> tuple[ResourceType, ...]:
    """Return the types of resources that `service` defines; empty for an unknown service."""
    return _types(service.lower())


@lru_cache(1 << 12)
def is_of_known_type(arn: str) -> bool:
    """Return whether `arn` is of a type that its service is known to define."""
    service = arn.split(":", 3)[2:3]
    return any(kind.fits(arn) for name in service for kind in resource_types(name))


@lru_cache(1 << 14)
def action(name: str) -> Action | None:
    """Return the action that `name`, in any case, names; None for one that is not known."""
    service, _, rest = name.lower().partition(":")
    return _service(service).get(rest)


@lru_cache(1 << 12)
def expand(pattern: str) -> tuple[Action, ...]:
    """Return the known actions that `pattern`, with wildcards, matches, sorted."""
    return tuple(_matching(pattern.lower()))


def _matching(pattern: str) -> Iterator[Action]:
    service = pattern.partition(":")[0]
    wild = "*" in service or "?" in service
    matches = glob(pattern)
    for prefix in sorted(services()) if wild else [service]:
        for name, found in sorted(_service(prefix).items()):
            if matches(f"{prefix}:{name}"):
                yield found


@cache
def _keys() -> tuple[
    dict[str, ConditionKey], dict[str, tuple[tuple[str, str, ConditionKey], ...]]
]:
    """Return the keys by name in lower case, and those with a placeholder by service prefix."""
    exact: dict[str, ConditionKey] = {}
    open_: dict[str, list[tuple[str, str, ConditionKey]]] = {}
    for name, kind in _table()["keys"]:
        many = kind.startswith("ArrayOf")
        key = ConditionKey(name=name, type=kind.removeprefix("ArrayOf"), multivalued=many)
        head, found, tail = name.lower().partition("${")
        if found:
            prefix = head.partition(":")[0]
            open_.setdefault(prefix, []).append((head, tail.partition("}")[2], key))
        else:
            exact[name.lower()] = key
    return exact, {prefix: tuple(found) for prefix, found in open_.items()}


@lru_cache(1 << 14)
def condition_key(name: str) -> ConditionKey | None:
    """Return what is known of a condition key, in any case; None for one that is not known.

    `aws:PrincipalTag/team` is found under `aws:PrincipalTag/${TagKey}`.
    """
    lowered = name.lower()
    exact, open_ = _keys()
    if lowered in exact:
        return exact[lowered]
    for head, tail, key in open_.get(lowered.partition(":")[0], ()):
        middle = len(lowered) - len(head) - len(tail)
        if middle > 0 and lowered.startswith(head) and lowered.endswith(tail):
            return key
    return None


@lru_cache(1 << 10)
def condition_keys(prefix: str) -> tuple[str, ...]:
    """Name the known condition keys that begin with `prefix` and a colon, sorted."""
    head = f"{prefix.lower()}:"
    return tuple(name for name, _ in _table()["keys"] if name.lower().startswith(head))


@cache
def rcp_services() -> frozenset[str]:
    """Name the services whose resources a resource control policy limits (section "List of AWS
    services that support RCPs" of
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html).
    """
    return frozenset(_table()["rcp"])
