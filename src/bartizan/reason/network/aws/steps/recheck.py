# SPDX-License-Identifier: Apache-2.0
"""Every flow of a printed path, decided once more before it is shown, with the way it takes."""

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import structs

from bartizan.errors import DisagreementError
from bartizan.model.evidence import Evidence
from bartizan.model.facts import Facts
from bartizan.model.known_port import PROTOCOLS
from bartizan.model.packet import Blocked, Leg, Reach, Reachable
from bartizan.model.step import Ability, Flow, Step
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.steps.inside import ALIKE, LIKE_OTHERS
from bartizan.reason.network.aws.topology.topology import Topology

_Decide: TypeAlias = Callable[[str, str, int, int], Reach]
"""Source, target, protocol and port to the verdict."""


def recheck(steps: Sequence[Step], facts: Facts) -> tuple[Step, ...]:
    """Decide all flows of `steps` again from `facts`, each once and with nothing known before;
    return the steps with what each flow passes as their evidence.

    A proved step's packets must arrive; those of a possible one must not be blocked. What is said
    of one of several that are alike must hold for each that is shown.

    Raises:
        DisagreementError: the definition answers otherwise than a step claims.
    """
    if not any(step.flows for step in steps):
        return tuple(steps)
    topology = Topology(facts)
    # Many paths begin alike.
    decide = functools.cache(functools.partial(reaches, topology))
    alike = _alike(steps)
    return tuple(_shown(step, decide, alike) for step in steps)


def _alike(steps: Iterable[Step]) -> Mapping[str, Sequence[str]]:
    """Return the members that are shown of each lot of interfaces that are alike."""
    found: dict[str, list[str]] = defaultdict(list)
    joins: list[Step] = []
    for step in steps:
        if step.technique == LIKE_OTHERS:
            found[step.grants.entity].append(step.evidence[0].subject)
            joins += [step] if step.needs[0].ability == Ability.SEND_AS.value else []
        elif step.technique == ALIKE:
            found[step.needs[0].entity].append(step.grants.entity.rpartition(":")[0])
    for step in joins:
        found[step.grants.entity] += found[step.needs[0].entity]
    return found


def _shown(step: Step, decide: _Decide, alike: Mapping[str, Sequence[str]]) -> Step:
    if not step.flows:
        return step
    evidence: list[Evidence] = list(step.evidence)
    missing: set[str] = set()
    for flow in step.flows:
        reach = _decided(step, flow, decide)
        evidence += _passes(reach)
        missing |= set(reach.missing) if isinstance(reach, Unknown) else set()
        for other in _others(step, flow, alike):
            _decided(step, other, decide)
    # What would have to be read is known exactly now.
    told = tuple(sorted(missing)) if step.missing and missing else step.missing
    return structs.replace(step, evidence=tuple(dict.fromkeys(evidence)), missing=told)


def _others(step: Step, flow: Flow, alike: Mapping[str, Sequence[str]]) -> Iterator[Flow]:
    """Yield the flow between each two that are shown and are said to be like those of `flow`."""
    sources, targets = [flow.source], [flow.target]
    if step.needs[0].ability == Ability.SEND_AS.value:
        sources += alike.get(step.needs[0].entity, ())
    if step.grants.ability == Ability.SEND_ALIKE.value:
        targets += alike.get(step.grants.entity, ())
    for source in sources:
        for target in targets:
            other = structs.replace(flow, source=source, target=target)
            if source != target and other != flow:
                yield other


def _decided(step: Step, flow: Flow, decide: _Decide) -> Reach:
    reach = decide(flow.source, flow.target, flow.protocol, flow.port)
    holds = isinstance(reach, Reachable) or (isinstance(reach, Unknown) and not step.proved)
    if holds:
        return reach
    answer = "blocked" if isinstance(reach, Blocked) else "unknown"
    raise DisagreementError(
        f"step `{step.technique}` to `{step.grants}` rests on packets from `{flow.source}` to "
        f"`{flow.target}` on {flow.port}/{PROTOCOLS.get(flow.protocol, flow.protocol)}, but the "
        f"definition answers {answer}",
        hint="please report this: two parts of the program disagree",
    )


def _passes(reach: Reach) -> Iterator[Evidence]:
    """Yield what packets pass on their way, and what the answers do."""
    for leg in reach.legs if isinstance(reach, Reachable) else ():
        yield _summary(leg)
        for hop in (*leg.there, *leg.back):
            yield from hop.because


def _summary(leg: Leg) -> Evidence:
    packet = leg.packet
    protocol = PROTOCOLS.get(packet.protocol, str(packet.protocol))
    source, target = packet.source_address, packet.address
    ports = f"{packet.source_port} to port {packet.port}"
    why = f"takes {protocol} from {source} port {ports} of {target}"
    return Evidence(subject=leg.to, why=why)
