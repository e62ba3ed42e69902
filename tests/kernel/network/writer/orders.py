# SPDX-License-Identifier: Apache-2.0
"""Sets the laboratory up as a world says."""

from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from tests.kernel.network.laboratory import Laboratory
from tests.kernel.network.tools import Ip, Nft
from tests.kernel.network.world import EACH, STEERED, World
from tests.kernel.network.writer import nodes, roads
from tests.kernel.network.writer.plan import BOXES, ROOMS, Plan, cables, spaces


class Stage:
    """A laboratory in which one world after the other is set up."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self.laboratory = Laboratory(spaces(), cables())
        self._ip4: dict[str, Ip] = {}
        self._ip6: dict[str, Ip] = {}
        self._nft: dict[str, Nft] = {}
        self._undo: list[tuple[Ip, list[str]]] = []

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(self.laboratory)
            for name in spaces():
                with self.laboratory.inside(name):
                    for made, one in (
                        (self._ip4, Ip("-4")),
                        (self._ip6, Ip("-6")),
                    ):
                        opening.callback(one.close)
                        made[name] = one
                    self._nft[name] = Nft()
                    opening.callback(self._nft[name].close)
            self._lay()
            self._open = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def _both(self, name: str, lines: list[str]) -> None:
        self._ip4[name].run(lines)
        self._ip6[name].run(lines)

    def _lay(self) -> None:
        """Do what holds for every world."""
        self._both("fabric", roads.rules())
        for room in range(ROOMS):
            rules = ["rule add pref 10 iif f lookup 10", "rule add pref 10 iif e lookup 10"]
            rules += ["rule add pref 11 iif n fwmark 2 lookup 12"]
            rules += ["rule add pref 12 iif n lookup 11", "rule add pref 30000 blackhole"]
            self._both(f"igw{room}", rules)
            for whole, ip in (("0.0.0.0/0", self._ip4), ("::/0", self._ip6)):
                ip[f"igw{room}"].run(
                    [f"route add {whole} dev n table 10", f"route add {whole} dev e table 12"]
                )
        self._ip4["inet"].run(nodes.internet_addresses("ip"))
        self._ip6["inet"].run(nodes.internet_addresses("ip6"))
        for whole, ip in (("0.0.0.0/0", self._ip4), ("::/0", self._ip6)):
            ip["inet"].run([f"route add blackhole {whole} metric 9999"])

    def set_up(self, world: World) -> Plan:
        """Set a world up in place of the one before."""
        plan = Plan(world)
        for ip, lines in self._undo:
            ip.run(lines)
        self._undo.clear()
        self._apply("fabric", list(roads.routes(plan)))
        self._apply("inet", list(nodes.internet_routes(plan)))
        self._apply("fabric", list(_steering(plan)), family=4)
        self._nft["fabric"].run(nodes.fabric(plan))
        for room, number in plan.rooms.items():
            self._gateway(plan, room, f"igw{number}")
        for name, number in plan.boxes.items():
            self._box(plan, name, f"b{number}")
        used = [f"b{number}" for number in range(min(BOXES, len(plan.boxes)))]
        self.laboratory.forget([*used, *(f"igw{number}" for number in range(ROOMS))])
        return plan

    def _apply(self, name: str, lines: list[str], *, family: int = 0) -> None:
        """Add routes or rules, to be taken away before the next world."""
        for ip, number in ((self._ip4[name], 4), (self._ip6[name], 6)):
            if family:
                chosen = lines if number == family else []
            else:
                chosen = [line for line in lines if roads.six(line) is (number == 6)]
            # Two descriptions may come to the same route: that of an endless loop, or of nothing.
            chosen = list(dict.fromkeys(chosen))
            if chosen:
                ip.run(chosen)
                self._undo.append((ip, [line.replace(" add ", " del ", 1) for line in chosen]))

    def _gateway(self, plan: Plan, room: str, name: str) -> None:
        ranges = plan.ranges_of(plan.world.by("VPC", "VpcId")[room])
        self._apply(name, [f"route add {cidr} dev f table 11" for cidr in ranges])
        self._nft[name].run(nodes.internet_gateway(plan, room))

    def _box(self, plan: Plan, interface: str, name: str) -> None:
        addresses = plan.addresses(interface)
        for ip, whole, length in ((self._ip4, "0.0.0.0/0", 32), (self._ip6, "::/0", 128)):
            own = [address for address in addresses if (":" in address) is (length == 128)]
            end = " nodad" if length == 128 else ""
            lines = ["addr flush dev e0"]
            lines += [f"addr add {address}/{length} dev e0{end}" for address in own]
            lines += [f"route replace {whole} dev e0"]
            ip[name].run(lines)
        self._nft[name].run(nodes.box(plan, interface))


def balancer_nodes(plan: Plan) -> list[str]:
    """Return the interfaces of load balancers' nodes, in order."""
    return [
        name for name, body in plan.interfaces.items() if body["Description"].startswith("ELB ")
    ]


def _steering(plan: Plan) -> Iterator[str]:
    """Yield the rules by which answers go back over the node that the client asked."""
    found = nodes.listener(plan)
    if found is None or not nodes.preserves(plan) or found[0]["Type"] != "network":
        return
    _, listener, _, _ = found
    for place, node in enumerate(balancer_nodes(plan)):
        table = 4000 + place
        yield f"route add 0.0.0.0/0 dev h{plan.boxes[node]} table {table}"
        for target in nodes.targets(plan, node):
            for first in STEERED:
                ports = f"{first + EACH * place}-{first + EACH * place + EACH - 1}"
                yield (
                    f"rule add pref 5 iif h{plan.boxes[target]}"
                    f" ipproto {listener['Protocol'].lower()} dport {ports} lookup {table}"
                )
