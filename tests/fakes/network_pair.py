# SPDX-License-Identifier: Apache-2.0
"""The kernel of networks beside the definition, on one estate."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from bartizan.model.facts import Facts
from bartizan.model.packet import Blocked, Reach, Reachable
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.kernel.kernel import BLOCKED, REACHABLE, UNKNOWN, Kernel
from bartizan.reason.network.aws.topology.topology import Topology


@dataclass(eq=False)
class NetworkPair:
    """Both, asked the same."""

    facts: Facts

    @cached_property
    def kernel(self) -> Kernel:
        return Kernel.compile(self.facts)

    @cached_property
    def topology(self) -> Topology:
        return Topology(self.facts)

    def differences(
        self, target: str, protocol: int, port: int, *, may_leave_open: Collection[int] = ()
    ) -> Iterator[str]:
        """Yield a line for each source of which they say different things; the kernel may leave
        open what the definition settles in some ways.
        """
        kernel = self.kernel
        codes = kernel.who_reaches(target, protocol, port).tolist()
        for source, found in zip(kernel.names, codes, strict=True):
            wanted = reaches(self.topology, source, target, protocol, port)
            left_open = found == UNKNOWN and code(wanted) in may_leave_open
            if found != code(wanted) and not left_open:
                yield f"{source} to {target}, {protocol}/{port}: kernel {found}, {wanted}"

    def misses(self, source: str, target: str, protocol: int, port: int) -> Iterator[str]:
        """Yield a line where the table of what is exposed contradicts the definition."""
        told = {
            row["certainty"]
            for row in self.exposed(source)
            if row["interface"] == target
            and row["protocol"] == protocol
            and row["first"] <= port <= row["last"]
        }
        found = REACHABLE if "reachable" in told else UNKNOWN if told else BLOCKED
        wanted = reaches(self.topology, source, target, protocol, port)
        if found not in {UNKNOWN, code(wanted)}:
            yield f"{source} to {target}, {protocol}/{port}: table {found}, {wanted}"

    @cache  # noqa: B019 - one estate at a time
    def exposed(self, source: str) -> Sequence[Mapping[str, Any]]:
        return self.kernel.exposed(source).to_pylist()


def code(answer: Reach) -> int:
    """Return what the kernel says for an answer of the definition."""
    match answer:
        case Blocked():
            return BLOCKED
        case Reachable():
            return REACHABLE
        case _:
            return UNKNOWN
