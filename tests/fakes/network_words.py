# SPDX-License-Identifier: Apache-2.0
"""The words in which network facts are described for tests."""

from collections.abc import Mapping, Sequence

from bartizan.model.facts.network import Rule

ACCOUNT, REGION = "111111111111", "eu-west-1"
PROTOCOLS = {"any": -1, "icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}
OPEN_RULES = (
    "in any any 0.0.0.0/0",
    "in any any ::/0",
    "out any any 0.0.0.0/0",
    "out any any ::/0",
)

Words = Mapping[str, str]
Lines = Mapping[str, Sequence[str]]


class Description:
    """The words that describe one thing: plain ones in order, `key=value` ones by their key."""

    def __init__(self, text: str) -> None:
        words = text.split()
        self.plain = [word for word in words if "=" not in word]
        self.keyed = dict(word.split("=", 1) for word in words if "=" in word)

    def flag(self, word: str) -> bool:
        """Take a word out and tell whether it was there."""
        there = word in self.plain
        self.plain = [other for other in self.plain if other != word]
        return there

    def get(self, key: str, default: str = "") -> str:
        """Return the value of a key."""
        return self.keyed.get(key, default)

    def items(self, key: str, default: str = "") -> tuple[str, ...]:
        """Return the values of a key that are joined by commas."""
        return tuple(word for word in self.get(key, default).split(",") if word)

    @property
    def place(self) -> dict[str, str]:
        """Account and region."""
        return {"account": self.get("account", ACCOUNT), "region": self.get("region", REGION)}


def rule(owner: str, number: int, line: str) -> Rule:
    """Read `in tcp 80-90 10.0.0.0/8`; of an access list with `allow` or `deny` before `tcp`."""
    words = line.split()
    direction = words.pop(0)
    allow = words.pop(0) == "allow" if words[0] in {"allow", "deny"} else True
    protocol, written, peer = words
    first, last = port_range(written)
    kind = "group" if peer.startswith("sg-") else "range"
    return Rule(
        owner=owner, id=f"{owner}:{line}", direction=direction, number=number, allow=allow,
        protocol=PROTOCOLS.get(protocol) or int(protocol), first=first, last=last,
        peer_kind="prefix-list" if peer.startswith("pl-") else kind, peer=peer, description="",
    )  # fmt: skip


def port_range(text: str) -> tuple[int, int]:
    """Read `any`, `22`, `80-90`, or type and code of ICMP as `8/0`."""
    if text == "any":
        return -1, -1
    if "/" in text:
        kind, code = text.split("/")
        return int(kind), -1 if code == "any" else int(code)
    first, _, last = text.partition("-")
    return int(first), int(last or first)
