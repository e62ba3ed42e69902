# SPDX-License-Identifier: Apache-2.0
"""Steps by what a group may do without asking anybody.

Sources: https://docs.docker.com/engine/security/#docker-daemon-attack-surface,
https://documentation.ubuntu.com/lxd/latest/explanation/security/,
https://wiki.debian.org/SystemGroups
"""

from collections.abc import Iterator

from msgspec import Struct

from bartizan.model.evidence import Evidence
from bartizan.model.step import Ability, Breaker, Condition, Foothold, Step
from bartizan.reason.host import place, remedies
from bartizan.reason.host.estate import Machine
from bartizan.reason.host.people import Who

GROUP, READ = "group-power", "group-reads"


class _Daemon(Struct, frozen=True, kw_only=True):
    """A group that may command a daemon which does everything."""

    services: tuple[str, ...]
    """What the service may be called."""
    name: str


_DAEMONS = {
    "docker": _Daemon(services=("docker", "docker.service"), name="Docker daemon"),
    "incus-admin": _Daemon(services=("incus", "incus.service"), name="Incus daemon"),
    "lxd": _Daemon(services=("lxd", "snap.lxd.daemon"), name="LXD daemon"),
}
_DISKS = "disk"
_READS = {"adm": "/var/log", "shadow": "/etc/shadow", "systemd-journal": "/var/log/journal"}
"""Group to what it may read, which is no power by itself."""


def steps(machine: Machine) -> Iterator[Step]:
    """Yield what being in a group is worth."""
    for who in machine.everybody:
        for group in sorted(who.groups):
            if group in _DAEMONS:
                yield _to_root(machine, who, group, _running(machine, _DAEMONS[group]))
            elif group == _DISKS:
                yield _to_root(machine, who, group, (), effort=2)
            elif group in _READS:
                yield Step(
                    technique=READ,
                    needs=(who.foothold,),
                    grants=Foothold(Ability.READ.value, f"{machine.id}:{_READS[group]}"),
                    cost=1,
                    evidence=(_because(machine, who, group),),
                    breakers=_outside(machine, who, group),
                    missing=who.groups[group],
                )


def _to_root(
    machine: Machine,
    who: Who,
    group: str,
    conditions: tuple[Condition, ...],
    *,
    effort: int = 1,
) -> Step:
    return Step(
        technique=GROUP,
        needs=(who.foothold,),
        grants=place.user(machine.id, place.ROOT),
        cost=effort + sum(held.effort for held in conditions),
        conditions=conditions,
        evidence=(_because(machine, who, group),),
        breakers=_outside(machine, who, group),
        missing=who.groups[group],
    )


def _outside(machine: Machine, who: Who, group: str) -> tuple[Breaker, ...]:
    return tuple(remedies.out_of_groups(machine, who, lambda held: group in held))


def _because(machine: Machine, who: Who, group: str) -> Evidence:
    said = Evidence(subject=machine.id, why=f"has the group {group}")
    return who.evidence.get(group, said)


def _running(machine: Machine, daemon: _Daemon) -> tuple[Condition, ...]:
    """Return the assumption that a daemon runs, where nothing says so."""
    sure = any(
        row.name in daemon.services and row.running and row.state == "present"
        for row in machine.services
    )
    text = f"the {daemon.name} runs on {machine.id}"
    return () if sure else (place.assume("assume:daemon", text),)
