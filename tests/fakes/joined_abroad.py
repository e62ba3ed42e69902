# SPDX-License-Identifier: Apache-2.0
"""Networks by chance that the Internet alone joins, where all but one thing of a way often holds:
public addresses, NAT, IPv6 in both ways, switches and lists, answers that come back elsewhere.
"""

from bartizan.model.facts import Facts
from tests.fakes.dice import Dice
from tests.fakes.network import network_facts
from tests.fakes.network_words import ACCOUNT

_ACCOUNTS = (ACCOUNT, "222222222222")
_LISTS = {
    "acl-open": ["100 in allow any any 0.0.0.0/0", "100 out allow any any 0.0.0.0/0"],
    "acl-both": [
        "100 in allow any any 0.0.0.0/0", "101 in allow any any ::/0",
        "100 out allow any any 0.0.0.0/0", "101 out allow any any ::/0",
    ],
    "acl-tcp": [
        "90 in deny tcp 22 52.0.0.0/8", "100 in allow tcp any 0.0.0.0/0",
        "101 in allow tcp any ::/0", "100 out allow tcp any 0.0.0.0/0",
        "101 out allow tcp any ::/0",
    ],
    "acl-udp": [
        "100 in allow udp any 0.0.0.0/0", "101 in allow udp any ::/0",
        "100 out allow udp any 0.0.0.0/0", "101 out allow any any ::/0",
    ],
    "acl-shown": [
        "100 in allow any any 52.0.0.0/8", "101 in allow any any ::/0",
        "90 out deny tcp 443 52.200.0.96/29", "100 out allow any any 0.0.0.0/0",
        "101 out allow any any ::/0",
    ],
    "acl-inside": [
        "90 out deny any any 10.0.0.0/14", "100 in allow any any 0.0.0.0/0",
        "101 in allow any any ::/0", "100 out allow any any 0.0.0.0/0",
        "101 out allow tcp 443 ::/0",
    ],
}  # fmt: skip
_MODES = ("off", "off", "off", "block-ingress", "block-bidirectional", "unread")
_EXCLUSIONS = ("allow-bidirectional", "allow-egress")
_HIDDEN = (
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NetworkInterface",
    "AWS::EC2::RouteTable",
    "AWS::EC2::VPCBlockPublicAccessExclusion",
)


class _Drawing:
    """Sections of `network_facts` while they are drawn."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.count = 2 + dice.below(2)
        self.unread = ["acl-x"] * (8 if dice.chance(12) else 0)
        self.network: dict[str, str] = {}
        self.subnet: dict[str, str] = {}
        self.gateway: dict[str, str] = {}
        self.interface: dict[str, str] = {}
        self.table: dict[str, list[str]] = {}
        self.shown: list[str] = []

    def draw(self, number: int) -> None:
        """Draw one network."""
        dice, account = self.dice, self.dice.one(_ACCOUNTS)
        # A network may have addresses that are public elsewhere, or IPv6 ones that are not.
        four = f"10.{number}" if not dice.chance(8) else "52.200"
        six = f"2600:1f18:{number}:" if not dice.chance(10) else f"fd00:{number}:0:"
        self.network[f"vpc-{number}"] = f"{four}.0.0/16 {six}:/48 account={account}"
        for part in range(2 + dice.below(2)):
            name, table = f"subnet-{number}-{part}", f"rtb-{number}-{dice.below(3)}"
            acl = dice.one(["acl-both", "acl-both", *_LISTS, *self.unread])
            self.subnet[name] = (
                f"vpc-{number} {four}.{part}.0/24 {six}{part}::/64 table={table} acl={acl}"
                f" account={account}"
            )
            for host in range(1 + dice.below(2)):
                self._interface(name, f"{four}.{part}.{5 + host}", f"{six}{part}::{5 + host}")
        self._gateways(number, four)
        for which in range(3):
            edge = dice.chance(6) and not any("gateways=" in key for key in self.table)
            words = f" gateways=igw-{number}" if edge and which == 2 else ""
            routes = {
                text.partition(" ")[0]: text
                for text in self._routes(number, which, four=four, six=six)
            }
            self.table[f"rtb-{number}-{which} vpc-{number}{words}"] = list(routes.values())

    def _interface(self, subnet: str, four: str, six: str) -> None:
        dice, words = self.dice, [subnet, four, f"network=vpc-{subnet.split('-')[1]}"]
        if dice.chance(80):
            words.append(six)
        if dice.chance(75):
            words.append(f"public={self._public()}")
        if dice.chance(8):
            words.append("denies-internet")
        if dice.chance(15):
            words.append("forwards")
        if dice.chance(3):
            words.append("detached")
        self.interface[f"eni-{len(self.interface)}"] = " ".join(words)

    def _public(self) -> str:
        """Draw a public address; seldom one that another has as well."""
        dice = self.dice
        if not self.shown or not dice.chance(8):
            self.shown.append(f"52.200.0.{100 + len(self.shown)}")
            return self.shown[-1]
        return dice.one(self.shown)

    def _gateways(self, number: int, four: str) -> None:
        dice = self.dice
        for name, kind in (
            (f"igw-{number}", "internet"),
            (f"eigw-{number}", "egress-only-internet"),
        ):
            network = f"vpc-{number if not dice.chance(5) else (number + 1) % self.count}"
            works = "" if not dice.chance(5) else " unavailable"
            if not dice.chance(4):
                self.gateway[name] = f"{kind} {network}{works}"
        own = [name for name in self.subnet if name.startswith(f"subnet-{number}-")]
        subnet, held = dice.one(own), f"eni-nat-{number}"
        part = subnet.rpartition("-")[2]
        shown = f" public={self._public()}" if not dice.chance(10) else ""
        moved = "5" if dice.chance(6) else "200"
        self.interface[held] = (
            f"{subnet} {four}.{part}.{moved} network=vpc-{number} kind=nat_gateway without-groups"
            f"{shown}"
        )
        interfaces = held if not dice.chance(6) else f"{held},eni-0"
        home = number if not dice.chance(5) else (number + 1) % self.count
        works = "" if not dice.chance(5) else " unavailable"
        self.gateway[f"nat-{number}"] = (
            f"nat vpc-{home} subnet={subnet} interfaces={interfaces}{works}"
        )

    def _routes(self, number: int, which: int, *, four: str, six: str) -> list[str]:
        """Draw one table: most lead out by the gateways of the network, the first one directly."""
        dice = self.dice
        out, nat, only = (f"internet-gateway igw-{number}", f"nat-gateway nat-{number}",
                          f"egress-only-internet-gateway eigw-{number}")  # fmt: skip
        odd = (
            f"internet-gateway igw-{(number + 1) % self.count}", "internet-gateway igw-x", only,
            f"nat-gateway nat-{(number + 1) % self.count}", "nat-gateway nat-x", nat, out,
            f"interface eni-{len(self.interface) - 2}", f"{out} blackhole",
        )  # fmt: skip
        usual = (out, nat, out)[which], (out, only, dice.one((out, only)))[which]
        four_by, six_by = (dice.one(odd) if dice.chance(10) else each for each in usual)
        found = [f"0.0.0.0/0 {four_by}", f"::/0 {six_by}"]
        if dice.chance(4):
            found.pop(dice.below(2))
        for _ in range(dice.below(3)):
            blocks = [f"{each}/32" for each in self.shown]
            blocks += [f"2600:1f18:{n}::/48" for n in range(self.count) if n != number]
            blocks += [
                "52.200.0.96/29",
                f"{four}.{dice.below(3)}.0/24",
                f"{six}{dice.below(3)}::/64",
            ]
            found.append(f"{dice.one(blocks)} {dice.one(odd)}")
        return found


def joined_abroad(dice: Dice) -> Facts:
    """Draw an estate of such networks."""
    drawing = _Drawing(dice)
    for number in range(drawing.count):
        drawing.draw(number)
    targets = [*drawing.network, *drawing.subnet]
    for held in (drawing.network, drawing.subnet):
        if dice.chance(5):
            held.pop(dice.one([*held]))
    hidden = {dice.one(_HIDDEN): "DescribeThings"} if dice.chance(15) else {}
    return network_facts(
        network=drawing.network,
        subnet=drawing.subnet,
        gateway=drawing.gateway,
        interface=drawing.interface,
        table=drawing.table,
        acl=_LISTS,
        group={"sg-open": ["in any any 0.0.0.0/0", "in any any ::/0", "out any any 0.0.0.0/0",
                           "out any any ::/0"]},
        block={account: dice.one(_MODES) for account in _ACCOUNTS},
        exclusion={name: dice.one(_EXCLUSIONS) for name in dice.some(targets, most=2)},
        unread=hidden,
    )  # fmt: skip
