# SPDX-License-Identifier: Apache-2.0
"""What sending packets to a door is worth, by what listens there.

That something has a flaw, or that a password is known, is nothing that facts could tell: it is a
condition with an effort, which the path shows.
"""

from collections.abc import Iterable, Iterator

from bartizan.model.evidence import Evidence
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.identity import Credential
from bartizan.model.facts.service import Listener, ServicePort
from bartizan.model.known_port import only_signs_in, signs_in
from bartizan.model.packet import ANY
from bartizan.model.step import Ability, Condition, Foothold, Step
from bartizan.reason.network.aws.steps.door import Door, foothold
from bartizan.reason.network.aws.steps.scene import Scene

EXPLOIT, SIGN_IN_HOST = "exploit-service", "sign-in-to-host"
OPEN, SIGN_IN_SERVICE = "use-open-service", "sign-in-to-service"
CALL_BALANCER = "call-through-balancer"
FUNCTION = "AWS::Lambda::Function"

FLAW = "assume:flaw"
"""Name of the assumption that a flaw in what listens runs an attacker's code."""
FLAW_EFFORT, PASSWORD_EFFORT, USER_EFFORT = 4, 3, 2


def flaw(what: str) -> Condition:
    """Return the assumption that something has a flaw."""
    return Condition(text=f"{what} has a flaw that runs code", key=FLAW, effort=FLAW_EFFORT)


def behind(scene: Scene, doors: Iterable[Door]) -> Iterator[Step]:
    """Yield what whoever sends to one of the doors gains."""
    credentials: dict[str, list[Credential]] = {}
    for row in scene.facts.rows(Credential):
        if row.authenticates:
            credentials.setdefault(row.authenticates, []).append(row)
    for door in sorted(set(doors)):
        host = scene.hosts.get(door.interface)
        named = {(s.protocol, s.port): s for s in scene.services.get(door.interface, ())}
        if host is not None and not (door.first == door.last and _own(host, door, named)):
            where = "some open port" if door.protocol == ANY else door.ports
            exploit = not only_signs_in(door.protocol, door.first, door.last)
            signs = door.protocol != ANY and signs_in(door.protocol, door.first, door.last)
            yield from on_host(host, door.sends, where, exploit=exploit, signs_in=signs)
        for service in scene.services.get(door.interface, ()):
            if (door.first, door.last) == (service.port, service.port) and door.holds(
                service.protocol, service.port
            ):
                held = credentials.get(service.thing, ())
                yield from _in_service(scene, service, door, held)
        yield from _calls(scene, door)


def _own(host: Workload, door: Door, named: dict[tuple[int, int], ServicePort]) -> bool:
    """Tell whether what listens at a door is a service of the host's, with steps of its own."""
    service = named.get((door.protocol, door.first))
    return service is not None and service.thing != host.arn


def on_host(
    host: Workload, sends: Foothold, where: str, *, exploit: bool, signs_in: bool
) -> Iterator[Step]:
    """Yield how code comes to run on a host that packets reach on some ports: by a flaw, or by
    signing in.
    """
    name = host.name or host.arn
    runs = foothold(Ability.RUN_CODE, host.arn)
    fact = Evidence(subject=host.arn, why=f"is behind {sends.entity}")
    if not host.running:
        return
    if exploit:
        held = flaw(f"what listens on {where} of {name}")
        yield Step(
            technique=EXPLOIT,
            needs=(sends,),
            grants=runs,
            cost=1 + held.effort,
            conditions=(held,),
            evidence=(fact,),
        )
    if signs_in:
        known = Condition(
            text=f"holds a password or key of {name}, or a way round them",
            key="assume:host-sign-in",
            effort=PASSWORD_EFFORT,
        )
        yield Step(
            technique=SIGN_IN_HOST,
            needs=(sends,),
            grants=runs,
            cost=1 + known.effort,
            conditions=(known,),
            evidence=(fact,),
        )


def _in_service(
    scene: Scene, service: ServicePort, door: Door, credentials: Iterable[Credential]
) -> Iterator[Step]:
    if service.kind == "AWS::EKS::Cluster":
        # Who may do what there is a question of identities: its steps are those of authorization.
        return
    reads = foothold(Ability.READ, service.thing)
    fact = Evidence(subject=service.thing, why=f"listens behind {door}")
    doubt = _doubt(scene, service)
    if service.needs != "credentials":
        unknown = (f"what {service.thing} asks of clients",) if service.needs == "unknown" else ()
        yield Step(
            technique=OPEN,
            needs=(door.sends,),
            grants=reads,
            cost=1,
            evidence=(fact,),
            missing=tuple(sorted({*doubt, *unknown})),
        )
    if service.needs == "nothing":
        return
    known = Condition(
        text=f"holds a password of {service.thing.rpartition(':')[2]}, or a way round it",
        key="assume:service-sign-in",
        effort=PASSWORD_EFFORT,
    )
    yield Step(
        technique=SIGN_IN_SERVICE,
        needs=(door.sends,),
        grants=reads,
        cost=1 + known.effort,
        conditions=(known,),
        evidence=(fact,),
        missing=doubt,
    )
    for name in sorted({row.id for row in credentials}):
        yield Step(
            technique=SIGN_IN_SERVICE,
            needs=tuple(sorted((door.sends, foothold(Ability.HOLD, name)))),
            grants=reads,
            cost=1,
            evidence=(fact,),
            missing=doubt,
        )


def _doubt(scene: Scene, service: ServicePort) -> tuple[str, ...]:
    """Name what is not known, where a service may be behind one of several interfaces and they
    are not reached alike.
    """
    if len({scene.alike(name) for name in service.interfaces if name in scene.row_of}) <= 1:
        return ()
    return (f"which interface {service.thing} is behind",)


def _calls(scene: Scene, door: Door) -> Iterator[Step]:
    """Yield the functions that a load balancer calls for whoever sends to it.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
    """
    held = scene.topology.services
    balancer = held.balancer_of.get(door.interface)
    for listener in held.listeners.get(balancer.arn, ()) if balancer is not None else ():
        if not (door.first == door.last == listener.port):
            continue
        for function in _functions(scene, listener):
            known = signed_in(listener.authenticates, "the load balancer")
            yield Step(
                technique=CALL_BALANCER,
                needs=(door.sends,),
                grants=foothold(Ability.INVOKE, function),
                cost=1 + sum(one.effort for one in known),
                conditions=known,
                evidence=(Evidence(subject=listener.arn, why=f"forwards to {function}"),),
            )


def signed_in(asked: bool, what: str) -> tuple[Condition, ...]:  # noqa: FBT001 - a fact of its own
    """Return the assumption that an attacker can sign in, where that is asked."""
    text = f"signs in at {what}"
    return (Condition(text=text, key="assume:user", effort=USER_EFFORT),) if asked else ()


def _functions(scene: Scene, listener: Listener) -> Iterator[str]:
    held = scene.topology.services
    for group in listener.target_groups:
        if group in held.target_groups and held.target_groups[group].kind == "lambda":
            for target in scene.targets.get(group, ()):
                yield whole_function(target.id)


def whole_function(arn: str) -> str:
    """Return the ARN of a function without a version or alias."""
    return ":".join(arn.split(":")[:7])
