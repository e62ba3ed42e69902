# SPDX-License-Identifier: Apache-2.0
"""Rows about one host, with plain values for all that a test does not name."""

from collections.abc import Iterable, Sequence
from typing import Any

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.host import (
    AuthorizedKey,
    Host,
    HostGroup,
    HostMember,
    HostUser,
    SudoDefault,
    SudoRule,
)
from bartizan.model.facts.host_part import HostFile, HostJob, HostMount, HostRule, HostService
from bartizan.model.step import Step
from bartizan.model.table import Row
from bartizan.reason.host.derivation import steps

WEB = "web1"
INSTANCE = "i-0123456789abcdef0"
MACHINE = f"arn:aws:ec2:eu-west-1:111111111111:instance/{INSTANCE}"
ROLE = "arn:aws:iam::111111111111:role/web"
_TAIL: dict[str, Any] = {
    "host": WEB,
    "source": "puppet",
    "file": "site.pp",
    "line": 7,
    "state": "present",
    "unknown": (),
}


def host(name: str = WEB, **more: Any) -> Host:  # noqa: ANN401 - any column
    plain: dict[str, Any] = {
        "id": name, "source": "puppet", "names": (), "addresses": (), "system": "Debian",
        "release": "12", "kernel": "", "instance": "", "account": "", "environment": "production",
        "whole": True,
    }  # fmt: skip
    return Host(**(plain | more))


def user(name: str, **more: Any) -> HostUser:  # noqa: ANN401 - any column
    plain: dict[str, Any] = {
        "name": name, "uid": None, "group": "", "home": "", "shell": "", "password": "unknown",
        "only_told_groups": False, "only_told_keys": False,
    }  # fmt: skip
    return HostUser(**(_TAIL | plain | more))


def group(name: str, **more: Any) -> HostGroup:  # noqa: ANN401 - any column
    return HostGroup(**(_TAIL | {"name": name, "gid": None, "only_told_members": False} | more))


def member(user: str, group: str, **more: Any) -> HostMember:  # noqa: ANN401 - any column
    return HostMember(**(_TAIL | {"user": user, "group": group} | more))


def key(user: str, **more: Any) -> AuthorizedKey:  # noqa: ANN401 - any column
    plain: dict[str, Any] = {
        "user": user, "path": "", "type": "ssh-ed25519", "fingerprint": "SHA256:abc",
        "name": "alice@laptop", "options": (),
    }  # fmt: skip
    return AuthorizedKey(**(_TAIL | plain | more))


def rule(users: str, *commands: str, **more: Any) -> SudoRule:  # noqa: ANN401 - any column
    """Return a rule for some users, parted by commas."""
    plain: dict[str, Any] = {
        "path": "/etc/sudoers.d/a", "order": 0, "users": tuple(users.split(",")),
        "hosts": ("ALL",), "as_users": ("root",), "as_groups": (), "commands": commands,
        "tags": ("NOPASSWD",),
    }  # fmt: skip
    return SudoRule(**(_TAIL | plain | more))


def setting(text: str, **more: Any) -> SudoDefault:  # noqa: ANN401 - any column
    plain = {"path": "/etc/sudoers.d/a", "order": 0, "scope": "", "setting": text}
    return SudoDefault(**(_TAIL | plain | more))


def file(path: str, **more: Any) -> HostFile:  # noqa: ANN401 - any column
    plain: dict[str, Any] = {
        "path": path, "kind": "file", "owner": "root", "group": "root", "mode": 0o644,
        "inside": False, "only_told": False, "target": "", "content": "told", "origin": "",
        "secrets": (), "access_keys": (),
    }  # fmt: skip
    return HostFile(**(_TAIL | plain | more))


def folder(path: str, **more: Any) -> HostFile:  # noqa: ANN401 - any column
    return file(path, **({"kind": "directory", "mode": 0o755, "content": "unknown"} | more))


def job(command: str, *paths: str, **more: Any) -> HostJob:  # noqa: ANN401 - any column
    plain: dict[str, Any] = {
        "kind": "cron", "name": "backup", "user": "root", "schedule": "@daily",
        "command": command, "paths": paths, "conditional": False,
    }  # fmt: skip
    return HostJob(**(_TAIL | plain | more))


def service(name: str, **more: Any) -> HostService:  # noqa: ANN401 - any column
    return HostService(**(_TAIL | {"name": name, "running": True, "enabled": True} | more))


def mount(path: str, *options: str, **more: Any) -> HostMount:  # noqa: ANN401 - any column
    plain: dict[str, Any] = {
        "path": path, "device": "/dev/sdb1", "type": "ext4", "options": options, "mounted": True,
    }  # fmt: skip
    return HostMount(**(_TAIL | plain | more))


def packet_rule(**more: Any) -> HostRule:  # noqa: ANN401 - any column
    plain: dict[str, Any] = {
        "name": "1", "default": False, "chain": "OUTPUT", "filter": "filter", "family": "ipv4",
        "action": "drop", "protocol": "tcp", "ports": (), "sources": (),
        "destinations": ("169.254.169.254",), "interface": "", "others": (),
    }  # fmt: skip
    return HostRule(**(_TAIL | plain | more))


def machine(arn: str = MACHINE, **more: Any) -> Workload:  # noqa: ANN401 - any column
    plain: dict[str, Any] = {
        "arn": arn, "kind": "AWS::EC2::Instance", "account": "111111111111",
        "region": "eu-west-1", "name": "web", "role": ROLE, "running": True, "tags": {},
        "public": False, "anonymous": False, "metadata_v1": False, "privileged": False,
        "related": {}, "metadata_hops": 1,
    }  # fmt: skip
    return Workload(**(plain | more))


def derived(*rows: Row, whole: bool = True) -> list[Step]:
    """Return the steps of one host."""
    held = rows if any(isinstance(row, Host) for row in rows) else (host(whole=whole), *rows)
    return list(steps(Facts.of(held)))


def told(found: Iterable[Step], technique: str) -> Sequence[tuple[str, str, bool]]:
    """Return who gains what by a technique, and whether it is proved, sorted."""
    return sorted(
        (step.needs[0].entity.removesuffix(f"@{WEB}"),
         step.grants.entity.removesuffix(f"@{WEB}"), step.proved)
        for step in found
        if step.technique == technique
    )  # fmt: skip
