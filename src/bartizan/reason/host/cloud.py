# SPDX-License-Identifier: Apache-2.0
"""The cloud's machine that a host runs on: what is on the one is on the other.

Whatever runs on a machine asks its metadata service for the role's credentials; a rule of the
host's own packet filter may keep some users from it, and never root, who may change the rule.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bartizan.model.evidence import Evidence
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.host import Host
from bartizan.model.facts.network import Interface
from bartizan.model.step import Ability, Foothold, Step
from bartizan.reason.host import place
from bartizan.reason.host.estate import Machine

ON_MACHINE, ON_HOST = "be-on-machine", "be-on-host"
METADATA = frozenset({"169.254.169.254", "169.254.169.254/32", "169.254.0.0/16"})
SSH = 22
_EC2 = "AWS::EC2::Instance"
_AS_ROOT = frozenset({"ssm-send-command", "ssm-start-session", "ec2-user-data"})
"""Techniques whose code runs as root: the agent's, and that of user data. A session's user may
do everything by sudo.

Sources: https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html,
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
"""
_AS_ANYBODY, _OS_USER = "ec2-instance-connect", "ec2:osuser"
"""The technique that pushes a key for a user of one's choice, and the condition key that limits
whom. Root seldom signs in, and is left out.

Source: https://docs.aws.amazon.com/ec2/latest/instanceconnect/ec2-instance-connect-configure-IAM-role.html
"""
_DOOR = re.compile(r"(eni-[0-9a-f]+):(\d+)(?:-(\d+))?/tcp")


class Joined(Struct, frozen=True, kw_only=True):
    """The machine that a host runs on."""

    workload: Workload
    evidence: Evidence
    missing: tuple[str, ...] = ()


def joins(facts: Facts) -> Mapping[str, Joined]:
    """Return the machine of each host whose machine is known: by the id that its facts say.

    Facts come from the host. Where one tool tells of two hosts that say one machine, neither is
    sure; two tools may know it by two names. Where a host says none, and one interface alone has
    its address, it may be that one's.
    """
    by_id = {row.arn.rpartition("/")[2]: row for row in facts.rows(Workload) if row.kind == _EC2}
    said: dict[str, list[Host]] = defaultdict(list)
    for host in facts.rows(Host):
        if host.instance in by_id:
            said[host.instance].append(host)
    found: dict[str, Joined] = {}
    for instance, hosts in said.items():
        several = ", ".join(sorted(host.id for host in hosts))
        once = len({host.source for host in hosts}) == len(hosts)
        doubt = () if once else (f"which of {several} is {instance}",)
        for host in hosts:
            why = f"says that it runs on {instance}"
            found[host.id] = Joined(
                workload=by_id[instance],
                evidence=Evidence(subject=host.id, why=why),
                missing=doubt,
            )
    return {**_by_address(facts, by_id, found), **found}


def _by_address(
    facts: Facts, by_id: Mapping[str, Workload], found: Mapping[str, Joined]
) -> dict[str, Joined]:
    holders: dict[str, set[str]] = defaultdict(set)
    for interface in facts.rows(Interface):
        for address in (*interface.addresses, *interface.public.values()):
            holders[address].add(interface.thing.rpartition("/")[2])
    made: dict[str, Joined] = {}
    for host in facts.rows(Host):
        if host.instance or host.id in found:
            continue
        fits = {one for address in host.addresses for one in holders.get(address, ())}
        if len(fits) == 1 and (instance := fits.pop()) in by_id:
            made[host.id] = Joined(
                workload=by_id[instance],
                evidence=Evidence(subject=host.id, why=f"has an address that {instance} has too"),
                missing=(f"which machine {host.id} runs on",),
            )
    return made


def steps(machine: Machine, joined: Joined) -> Iterator[Step]:
    """Yield what being on the host is on the machine, and the reverse."""
    on_machine = Foothold(Ability.RUN_CODE.value, joined.workload.arn)
    if joined.workload.metadata_hops:
        root = place.user(machine.id, place.ROOT)
        for needs, kept in ((root, ()), (place.somebody(machine.id), _kept(machine))):
            yield Step(
                technique=ON_MACHINE,
                needs=(needs,),
                grants=on_machine,
                cost=1,
                evidence=(joined.evidence,),
                missing=(*joined.missing, *kept),
            )
    yield Step(
        technique=ON_HOST,
        needs=(on_machine,),
        grants=place.somebody(machine.id),
        cost=1,
        evidence=(joined.evidence,),
        missing=joined.missing,
    )


def _kept(machine: Machine) -> tuple[str, ...]:
    """Name the rules of the packet filter that may keep users from the metadata service."""
    return tuple(
        f"whom the packet filter of {machine.id} lets to the metadata service ({place.at(row)})"
        for row in machine.filters
        if row.state != "absent"
        and row.chain.upper() == "OUTPUT"
        and row.action not in {"accept", "return"}
        and (not row.destinations or METADATA & set(row.destinations))
    )


def doors(
    joined: Joined, interfaces: Mapping[str, tuple[str, ...]], sent: Iterable[Foothold]
) -> tuple[Foothold, ...] | None:
    """Return the footholds of sending to a machine's port 22; None where none of its interfaces
    is told.
    """
    own = frozenset(interfaces.get(joined.workload.arn.rpartition("/")[2], ()))
    if not own:
        return None
    return tuple(held for held in sent if _ssh(held.entity) in own)


def _ssh(entity: str) -> str:
    match = _DOOR.fullmatch(entity)
    if match is None:
        return ""
    first, last = int(match[2]), int(match[3] or match[2])
    return match[1] if first <= SSH <= last else ""


def landing(
    steps_: Iterable[Step], hosts: Mapping[str, Sequence[tuple[Machine, Joined]]]
) -> Iterator[Step]:
    """Yield, of others' steps to a machine of which it is known as whom their code runs there, the
    same to that user; `hosts` is machine to what runs on it.
    """
    for step in steps_:
        for machine, joined in hosts.get(step.grants.entity, ()):
            for name in _as_whom(step, machine):
                yield replace(
                    step,
                    grants=place.user(machine.id, name),
                    evidence=(*step.evidence, joined.evidence),
                    missing=tuple(sorted({*step.missing, *joined.missing})),
                )


def _as_whom(step: Step, machine: Machine) -> Iterator[str]:
    if step.technique in _AS_ROOT:
        yield place.ROOT
    elif step.technique == _AS_ANYBODY:
        chosen = {value for ask in step.asks for key, value in ask.context if key == _OS_USER}
        told = machine.people.users
        for name in sorted(told):
            may = not chosen or name in chosen
            if may and name != place.ROOT and not machine.people.shell_refuses(name):
                yield name
