# SPDX-License-Identifier: Apache-2.0
"""In which order the calls of a service are made: parents first, equal requests only once."""

from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from msgspec import Struct

from bartizan.errors import SourceError
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.service import Service


class Request(Struct, frozen=True):
    """What is sent once, and all that its answer holds."""

    calls: tuple[Call, ...]
    """They differ in what they take from the answer only; never empty."""

    @property
    def sent(self) -> Call:
        """Any of them, for what they have in common."""
        return self.calls[0]

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of the records in the answer."""
        return frozenset(call.kind for call in self.calls)


def action(call: Call) -> str:
    """Return the permission that the call takes."""
    return call.action or f"{call.service}:{call.operation}"


def requests(service: Service, scope: Scope) -> tuple[Request, ...]:
    """Return the requests of a service in one scope, parents first, else as the table has them.

    Raises:
        SourceError: a call depends on a kind that no call of the same service and scope gives.
    """
    found = tuple(_merged(call for call in service.calls if call.scope is scope))
    givers: dict[str, list[int]] = {}
    for position, request in enumerate(found):
        for kind in request.kinds:
            givers.setdefault(kind, []).append(position)
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for position, request in enumerate(found):
        each = request.sent.each
        if each and each not in givers:
            raise SourceError(
                f"the table of calls is wrong: `{request.sent.operation}` of {service.name} needs "
                f"`{each}`, which no call of the same service and scope gives"
            )
        # Units have units below them: a request may be asked of what it gives itself.
        sorter.add(position, *(giver for giver in givers.get(each, ()) if giver != position))
    try:
        return tuple(found[position] for position in _stable(sorter))
    except CycleError as error:
        raise SourceError(
            f"the table of calls is wrong: calls of {service.name} need each other"
        ) from error


def below(request: Request, among: Sequence[Request]) -> Iterator[Request]:
    """Yield the requests that are asked of what `request` gives, and those below them."""
    waiting, seen = [request], [request]
    while waiting:
        kinds = waiting.pop().kinds
        for other in among:
            if other not in seen and other.sent.each in kinds:
                seen.append(other)
                waiting.append(other)
                yield other


def _stable(sorter: TopologicalSorter[int]) -> Iterator[int]:
    sorter.prepare()
    ready: list[int] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()])
        first = ready.pop(0)
        yield first
        sorter.done(first)


def _merged(calls: Iterable[Call]) -> Iterator[Request]:
    groups: dict[tuple[object, ...], list[Call]] = {}
    for call in calls:
        key = (
            call.service,
            call.operation,
            call.each,
            call.when,
            tuple(sorted(call.parameters.items())),
        )
        groups.setdefault(key, []).append(call)
    yield from (Request(tuple(group)) for group in groups.values())
