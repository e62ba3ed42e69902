# SPDX-License-Identifier: Apache-2.0
"""Attributes of a node, by precedence.

Source: https://docs.chef.io/attribute_precedence/ for the order of the levels, and
https://docs.chef.io/attributes/ (`About Deep Merge`) for how they are merged: hashes member by
member, lists joined among levels of one kind, and replaced by those of a stronger kind.
"""

from collections.abc import Mapping

from bartizan.sources.chef.ruby.value import ABSENT, Absent, Tree, Unknown, Value, merged, placed

DEFAULTS = ("default", "env_default", "role_default", "force_default")
OVERRIDES = ("override", "role_override", "env_override", "force_override")
"""Levels of one kind, the weaker first. Recipes write where attribute files do, only later. The
environment is weaker than roles among defaults, and stronger among overrides."""
CODE = ("default", "force_default", "normal", "override", "force_override")
"""Levels that cookbooks write."""

NAMES = {
    "default": "default",
    "normal": "normal",
    "set": "normal",
    "override": "override",
    "default!": "force_default",
    "force_default": "force_default",
    "override!": "force_override",
    "force_override": "force_override",
    "automatic": "automatic",
    "default_unless": "default",
    "normal_unless": "normal",
    "set_unless": "normal",
    "override_unless": "override",
}
"""What code calls a level; those of the second half write only where nothing is."""

OF_OHAI = frozenset({
    "block_device", "chef_packages", "cloud", "command", "counters", "cpu", "current_user",
    "dmi", "docker", "domain", "ec2", "etc", "filesystem", "fips", "fqdn", "gce", "hostname",
    "hostnamectl", "init_package", "ip6address", "ipaddress", "kernel", "keys", "languages",
    "lsb", "machine_id", "machinename", "macaddress", "memory", "network", "ohai_time", "os",
    "os_release", "os_version", "packages", "platform", "platform_family", "platform_version",
    "root_group", "roles", "recipes", "run_list", "sessions", "shells", "sysconf", "sysctl",
    "systemd_paths", "time", "uptime", "virtualization",
})  # fmt: skip
"""Names at the root that Ohai gives; without what it said they are unknown."""


class Attributes:
    """What a node's attributes are at one point of its run; code changes them as it goes."""

    def __init__(self, levels: Mapping[str, Tree]) -> None:
        self._levels = dict(levels)
        self._merged: dict[str, Value | Absent] = {}

    def read(self, path: tuple[str, ...]) -> Value | Absent:
        """Return what the attribute at `path` is."""
        value = self._root(path[0])
        for name in path[1:]:
            if isinstance(value, Tree):
                value = value.get(name)
            elif isinstance(value, Unknown):
                return value
            else:
                return ABSENT
        return value

    def write(self, level: str, path: tuple[str, ...], value: Value) -> None:
        """Put a value at one place of one level."""
        self._levels[level] = placed(self._levels.get(level, Tree()), path, value)
        self._merged.pop(path[0], None)

    def blur(self, why: str) -> None:
        """Say that code which could not be read may have written anything."""
        for level in CODE:
            held = self._levels.get(level, Tree())
            self._levels[level] = Tree(dict.fromkeys(held.members, Unknown(why)), Unknown(why))
        self._merged.clear()

    def _root(self, name: str) -> Value | Absent:
        if name not in self._merged:
            self._merged[name] = self._merge(name)
        return self._merged[name]

    def _merge(self, name: str) -> Value | Absent:
        found: Value | Absent = ABSENT
        for part in (
            self._joined(DEFAULTS, name),
            self._at("normal", name),
            self._joined(OVERRIDES, name),
            self._at("automatic", name),
        ):
            found = merged(found, part, union=False)
        return found

    def _joined(self, levels: tuple[str, ...], name: str) -> Value | Absent:
        found: Value | Absent = ABSENT
        for level in levels:
            found = merged(found, self._at(level, name), union=True)
        return found

    def _at(self, level: str, name: str) -> Value | Absent:
        held = self._levels.get(level)
        return ABSENT if held is None else held.get(name)
