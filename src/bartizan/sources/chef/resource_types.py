# SPDX-License-Identifier: Apache-2.0
"""Which resources of Chef are read, and what their names and actions mean.

Source: https://docs.chef.io/resources/
"""

from collections.abc import Mapping

from msgspec import Struct


class Kind(Struct, frozen=True):
    """A type of resource."""

    name: str
    """The property that the name of a resource stands for."""
    action: str
    """What is done where no action is said."""
    of: str
    """What it is to us: several types say the same."""


_PACKAGES = (
    "package apt_package yum_package dnf_package zypper_package rpm_package dpkg_package "
    "gem_package chef_gem snap_package apk_package pacman_package homebrew_package"
)
_SCRIPTS = "script bash csh ksh perl python ruby"

TYPES: Mapping[str, Kind] = {
    "user": Kind("username", "create", "user"),
    "linux_user": Kind("username", "create", "user"),
    "group": Kind("group_name", "create", "group"),
    "sudo": Kind("filename", "create", "sudo"),
    "file": Kind("path", "create", "file"),
    "cookbook_file": Kind("path", "create", "file"),
    "template": Kind("path", "create", "file"),
    "remote_file": Kind("path", "create", "file"),
    "directory": Kind("path", "create", "file"),
    "remote_directory": Kind("path", "create", "file"),
    "link": Kind("target_file", "create", "file"),
    "execute": Kind("command", "run", "exec"),
    **{name: Kind("name", "run", "exec") for name in _SCRIPTS.split()},
    "cron": Kind("name", "create", "cron"),
    "cron_d": Kind("cron_name", "create", "cron"),
    "service": Kind("service_name", "nothing", "service"),
    "systemd_unit": Kind("unit_name", "nothing", "unit"),
    **{name: Kind("package_name", "install", "package") for name in _PACKAGES.split()},
    "mount": Kind("mount_point", "mount", "mount"),
    "sysctl": Kind("key", "apply", "sysctl"),
    "users_manage": Kind("group_name", "create", "users"),
    "ssh_authorize_key": Kind("name", "create", "key"),
}
"""Types that are read. All others are unread with their file and line."""

HARMLESS = frozenset({
    "log", "apt_update", "chef_sleep", "breakpoint", "notify_group", "ohai", "ohai_hint",
    "http_request", "reboot", "hostname", "timezone", "locale", "chef_handler",
})  # fmt: skip
"""Resources that say nothing that our tables would tell."""

INERT = frozenset({
    "require", "require_relative", "puts", "extend", "include", "property", "unified_mode",
})  # fmt: skip
"""Calls that do nothing to a host."""

PLAIN: Mapping[str, frozenset[str]] = {
    "user": frozenset({"uid", "gid", "home", "shell", "system", "manage_home"}),
    "group": frozenset({"gid", "members", "excluded_members", "append", "system"}),
    "file": frozenset(
        {"owner", "user", "group", "mode", "to", "link_type", "recursive", "files_mode",
         "files_owner", "files_group", "purge"}
    ),
    "exec": frozenset({"user", "group", "cwd", "creates", "interpreter"}),
    "cron": frozenset(
        {"user", "minute", "hour", "day", "month", "weekday", "time", "predefined_value"}
    ),
    "service": frozenset(),
    "unit": frozenset(),
    "package": frozenset({"version"}),
    "mount": frozenset({"fstype"}),
    "sysctl": frozenset({"value"}),
    "sudo": frozenset({"path"}),
    "users": frozenset({"group_id"}),
    "key": frozenset({"user", "group", "home", "keytype", "comment"}),
}  # fmt: skip
"""Properties that are kept as they are; the name property is as well, where it is no command."""
