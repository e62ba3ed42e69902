# SPDX-License-Identifier: Apache-2.0
"""Footholds, and the steps that lead from some to another."""

from enum import Enum
from typing import NamedTuple

from msgspec import Struct

from bartizan.model.evidence import Evidence
from bartizan.model.remedy import Remedy

ONE_OF_MANY = "one-of-many"
"""Technique of the step from somebody to a circle of those who may do the same to the same."""


class Ability(Enum):
    """What an attacker can do with the thing that a foothold names."""

    START = "start"
    """Stand at an entry: the Internet, any AWS account, an outside directory, a stolen laptop."""
    ACT_AS = "act-as"
    """Sign requests as this principal (for a role: as some session of it)."""
    ADMINISTER = "administer"
    """Do anything in this account, or in the accounts of this organisation."""
    RUN_CODE = "run-code"
    """Run code of the attacker's choice inside this workload."""
    PLANT_CODE = "plant-code"
    """Place code in this workload that runs once somebody calls it."""
    INVOKE = "invoke"
    """Call this workload."""
    READ = "read"
    """Read what this store holds, in the clear."""
    READ_SEALED = "read-sealed"
    """Read what this store or setting holds, still encrypted with a key."""
    WRITE = "write"
    """Change what this store holds."""
    DECRYPT = "decrypt"
    """Decrypt what this key encrypted."""
    HOLD = "hold"
    """Know this credential."""
    SEND = "send"
    """Send packets that arrive here, and get the answers: `eni-1:443/tcp`, `eni-1:0-1023/udp`."""
    SEND_AS = "send-as"
    """Send whatever this interface can: one of several that reach the same."""
    SEND_ALIKE = "send-alike"
    """Send packets to here and to all that take packets from just the same places."""


class Foothold(NamedTuple):
    """What an attacker holds: an ability over a thing.

    Every search looks footholds up by the million, and tuples are compared and hashed natively.
    """

    ability: str
    """Value of an `Ability`; a string so that a user's own steps may add to them."""
    entity: str
    """ARN, account id, organisation id, credential id, a port of an interface, or one of
    `internet`, `any-aws-account`."""

    def __str__(self) -> str:
        """Write it as the command line spells it: `act-as arn:aws:iam::1:role/r`."""
        return f"{self.ability} {self.entity}"


class Condition(Struct, frozen=True):
    """What must also hold for a step, and an attacker can bring about at some effort."""

    text: str
    """One phrase for people: "comes from 203.0.113.0/24"."""
    key: str
    """The condition key, or the name of an assumption (`assume:phished-user`)."""
    values: tuple[str, ...] = ()
    """Values that satisfy it; empty for any."""
    lasting: bool = False
    """It binds the whole path (a source identity survives role chaining): two such conditions
    on one key whose values share nothing contradict each other."""
    effort: int = 0
    """Added to the cost of the step."""


class Breaker(Struct, frozen=True):
    """A way to remove a step: all of its remedies together do it, fewer may not."""

    remedies: tuple[Remedy, ...]


class Ask(Struct, frozen=True):
    """One concrete request that a step makes: a witness, decided again before it is shown."""

    principal: str
    """ARN of the caller, or as its foothold names it."""
    action: str
    """`iam:PassRole`."""
    resource: str
    """Concrete ARN or `*`."""
    context: tuple[tuple[str, str], ...] = ()
    """Condition keys that the attacker chose, sorted; a multivalued key stands once per value."""


class Flow(Struct, frozen=True):
    """One concrete flow of packets that a step rests on, decided again before it is shown."""

    source: str
    """Id of an interface, `internet`, or id of a remote site."""
    target: str
    """Id of an interface."""
    protocol: int
    """IANA number."""
    port: int
    """Destination port."""


class Step(Struct, frozen=True):
    """Whoever holds all of `needs` can gain `grants`."""

    technique: str
    """Id of the technique; its page says how it works and how to see it."""
    needs: tuple[Foothold, ...]
    """Sorted, without repeats."""
    grants: Foothold
    """What is gained."""
    cost: int
    """Effort of the technique and of its conditions; at least 1."""
    conditions: tuple[Condition, ...] = ()
    """What must also hold."""
    evidence: tuple[Evidence, ...] = ()
    """Statements and facts that make it true."""
    asks: tuple[Ask, ...] = ()
    """The requests that it makes, in order."""
    flows: tuple[Flow, ...] = ()
    """The packets that it sends."""
    breakers: tuple[Breaker, ...] = ()
    """Ways to remove it; empty where we know of none."""
    missing: tuple[str, ...] = ()
    """What would have to be read to be sure; not empty makes the step *possible*, not proved."""

    @property
    def proved(self) -> bool:
        """It rests on nothing that could not be read."""
        return not self.missing
