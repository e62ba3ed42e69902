# SPDX-License-Identifier: Apache-2.0
"""What is kept of what Ohai says of a host: its system, names, users, packages and mounts.

Of users what they are called for people is left out; of all other attributes nothing is kept, as
plugins may put anything there.

Source: https://docs.chef.io/ohai/ (`Automatic Attributes`); `etc` and `sysctl` are plugins that
have to be switched on (`ohai.optional_plugins`).
"""

import re
from collections.abc import Iterator

from bartizan.model.host_value import mount_options
from bartizan.model.record import Json

_TEXTS = (
    "platform", "platform_version", "platform_family", "os_version", "fqdn", "hostname",
)  # fmt: skip
_INSTANCE = re.compile(r"i-[0-9a-f]{8,17}")
_ACCOUNT = re.compile(r"\d{12}")
_NAME = re.compile(r"[A-Za-z0-9_.+:@$-]{1,255}")
_VALUE = re.compile(r"[A-Za-z0-9_.,: \t-]{0,200}")
_LIMIT = 100_000
"""Users, packages or mounts of one host; no more are kept."""


def kept(automatic: dict[str, Json]) -> dict[str, Json]:
    """Return what is kept of automatic attributes."""
    found: dict[str, Json] = {
        name: value for name in _TEXTS if isinstance(value := automatic.get(name), str)
    }
    release = _at(automatic, "kernel", "release")
    if isinstance(release, str):
        found["kernel"] = release
    called = _at(automatic, "lsb", "id")
    if isinstance(called, str):
        found["system"] = called
    found["addresses"] = list[Json](sorted(set(_addresses(automatic))))
    for name, form in (("instance_id", _INSTANCE), ("account_id", _ACCOUNT)):
        value = _at(automatic, "ec2", name)
        if isinstance(value, str) and form.fullmatch(value):
            found[name] = value
    for name, rows in (
        ("users", _users(automatic)),
        ("groups", _groups(automatic)),
        ("packages", _packages(automatic)),
        ("mounts", _mounts(automatic)),
        ("settings", _settings(automatic)),
    ):
        held = [row for row, _ in zip(rows, range(_LIMIT), strict=False)]
        if held:
            found[name] = list[Json](held)
    return found


def _at(value: Json, *names: str) -> Json:
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _members(value: Json) -> Iterator[tuple[str, Json]]:
    """Yield the members of an object in the order of their names."""
    if isinstance(value, dict):
        yield from sorted(value.items())


def _addresses(automatic: dict[str, Json]) -> Iterator[str]:
    for name in ("ipaddress", "ip6address"):
        if isinstance(value := automatic.get(name), str):
            yield value
    for _, interface in _members(_at(automatic, "network", "interfaces")):
        for address, about in _members(_at(interface, "addresses")):
            if _at(about, "family") in ("inet", "inet6"):
                yield address


def _users(automatic: dict[str, Json]) -> Iterator[dict[str, Json]]:
    for name, about in _members(_at(automatic, "etc", "passwd")):
        if isinstance(about, dict) and _NAME.fullmatch(name):
            yield {
                "name": name,
                "uid": _number(about.get("uid")),
                "gid": _number(about.get("gid")),
                "home": _text(about.get("dir")),
                "shell": _text(about.get("shell")),
            }


def _groups(automatic: dict[str, Json]) -> Iterator[dict[str, Json]]:
    for name, about in _members(_at(automatic, "etc", "group")):
        if isinstance(about, dict) and _NAME.fullmatch(name):
            listed = about.get("members")
            members = listed if isinstance(listed, list) else []
            yield {
                "name": name,
                "gid": _number(about.get("gid")),
                "members": [one for one in members if isinstance(one, str)],
            }


def _packages(automatic: dict[str, Json]) -> Iterator[dict[str, Json]]:
    for name, about in _members(automatic.get("packages")):
        version = _at(about, "version")
        if _NAME.fullmatch(name) and isinstance(version, str) and _VERSION.fullmatch(version):
            release = _at(about, "release")
            # The RPM database keeps version and release apart.
            if isinstance(release, str) and _VERSION.fullmatch(release):
                version = f"{version}-{release}"
            yield {"name": name, "version": version}


_VERSION = re.compile(r"[A-Za-z0-9.+:~_^-]{1,128}")


def _mounts(automatic: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """`filesystem` of Ohai 15 and later, `filesystem2` before."""
    held = _at(automatic, "filesystem", "by_mountpoint")
    if held is None:
        held = _at(automatic, "filesystem2", "by_mountpoint")
    for path, about in _members(held):
        options = _at(about, "mount_options")
        if path.startswith("/") and isinstance(options, list):
            devices = _at(about, "devices")
            device = devices[0] if isinstance(devices, list) and devices else ""
            yield {
                "path": path,
                "device": device if isinstance(device, str) and device.startswith("/") else "",
                "type": _text(_at(about, "fs_type")),
                "options": [mount_options(one) for one in options if isinstance(one, str)],
            }


def _settings(automatic: dict[str, Json]) -> Iterator[dict[str, Json]]:
    for name, value in _members(automatic.get("sysctl")):
        if _NAME.fullmatch(name) and isinstance(value, str) and _VALUE.fullmatch(value):
            yield {"name": name, "value": " ".join(value.split())}


def _number(value: Json) -> int | None:
    return value if type(value) is int and 0 <= value < 2**32 else None


def _text(value: Json) -> str:
    return value if isinstance(value, str) and value.isprintable() and len(value) < _LONG else ""


_LONG = 4096
