# SPDX-License-Identifier: Apache-2.0
"""The kernel of networks beside the definition, on one estate."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bartizan.model.facts import Facts
from bartizan.model.packet import Blocked, Reach, Reachable
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.kernel.kernel import BLOCKED, REACHABLE, UNKNOWN, Kernel
from bartizan.reason.network.aws.topology.topology import Topology


@dataclass
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
        self, target: str, protocol: int, port: int, *, allow_unknown: bool = False
    ) -> Iterator[str]:
        """Yield a line for each source of which they say different things; the kernel may leave
        open what the definition settles with `allow_unknown`.
        """
        kernel = self.kernel
        codes = kernel.who_reaches(target, protocol, port).tolist()
        for source, found in zip(kernel.names, codes, strict=True):
            wanted = reaches(self.topology, source, target, protocol, port)
            if found != code(wanted) and not (allow_unknown and found == UNKNOWN):
                yield f"{source} to {target}, {protocol}/{port}: kernel {found}, {wanted}"


def code(answer: Reach) -> int:
    """Return what the kernel says for an answer of the definition."""
    match answer:
        case Blocked():
            return BLOCKED
        case Reachable():
            return REACHABLE
        case _:
            return UNKNOWN
