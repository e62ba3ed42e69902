# SPDX-License-Identifier: Apache-2.0
"""Takes a rule out of a security group: one peer of a list, or the block or object of it."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bartizan.model.packet import ICMP, ICMPV6, TCP, UDP
from bartizan.model.remedy import RevokeRule
from bartizan.sources.terraform.fix.site import Fix, Site, Values, everywhere, gone
from bartizan.sources.terraform.plan import Plan
from bartizan.sources.terraform.source.define import CannotFixError, Value
from bartizan.sources.terraform.source.edit import without_block, without_element
from bartizan.sources.terraform.source.find import nested_blocks
from bartizan.sources.terraform.source.syntax import Block, elements, literal
from bartizan.sources.terraform.types.security_group import protocol
from bartizan.sources.terraform.value import Value as Planned

_GROUPS = frozenset({"aws_security_group", "aws_default_security_group"})
_APART = frozenset({"aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"})
_PEERS = ("cidr_blocks", "ipv6_cidr_blocks", "security_groups", "prefix_list_ids")
_SINGLE = (
    "cidr_ipv4",
    "cidr_ipv6",
    "referenced_security_group_id",
    "source_security_group_id",
    "prefix_list_id",
)
_NUMBERS = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "icmpv6": ICMPV6}
_WITH_PORTS = frozenset(_NUMBERS.values())


def revoke(remedy: RevokeRule, one: Site, plans: Sequence[Plan]) -> Fix:
    """Return the fix that takes a rule out of one object.

    Raises:
        CannotFixError: the object has no such rule, or its text says it otherwise.
    """
    if one.change.type in _GROUPS:
        return _in_block(remedy, one, plans)
    if not _is(remedy, one.values, direction=_direction(one)):
        raise CannotFixError("it is another rule")
    if one.change.type in _APART or not _lists(one.values):
        return gone(plans, one)
    found = _found(remedy, one, [one.block])
    if _alone(one.values):
        return gone(plans, one)
    edit = without_element(found.value.file, found.value.node, found.place)

    def how(site: Site) -> Values:
        return _less(site.values, remedy.peer)

    return everywhere(
        plans, one, edit, where=lambda site: _found(remedy, site, [site.block]).value, how=how
    )


class _Found(Struct, frozen=True):
    """A peer in the text."""

    block: Block
    value: Value
    """The list that it is in, where that is defined."""
    place: int


def _in_block(remedy: RevokeRule, one: Site, plans: Sequence[Plan]) -> Fix:
    name = "ingress" if remedy.direction == "in" else "egress"

    def where(site: Site) -> _Found:
        return _found(remedy, site, nested_blocks(site.block, name))

    def how(site: Site) -> Values:
        if last:
            # Without any block the provider leaves the rules that are there as they are.
            before = site.change.before
            kept = before.get(name) if isinstance(before, dict) else None
            return {**site.values, name: kept if isinstance(kept, list) else []}
        held = site.values.get(name)
        rules = [
            _less(rule, remedy.peer) if _is(remedy, rule) else rule
            for rule in (held if isinstance(held, list) else ())
            if isinstance(rule, dict)
        ]
        return {**site.values, name: [dict(rule) for rule in rules if _any(rule)]}

    found = where(one)
    last = False
    rules = one.values.get(name)
    fits = [
        rule
        for rule in (rules if isinstance(rules, list) else ())
        if isinstance(rule, dict) and _is(remedy, rule)
    ]
    if len(fits) != 1:
        raise CannotFixError("no block is that rule alone")
    if not _alone(fits[0]):
        edit = without_element(found.value.file, found.value.node, found.place)
    elif found.value.file.path == found.block.file.path and _inside(found):
        edit = without_block(found.block)
        last = len(nested_blocks(one.block, name)) == 1
    else:
        raise CannotFixError("nothing would be left of the list", found.value.place)
    return everywhere(plans, one, edit, where=lambda site: where(site).value, how=how)


def _inside(found: _Found) -> bool:
    node = found.value.node
    held = found.block.node
    return held.start_byte <= node.start_byte and node.end_byte <= held.end_byte


def _found(remedy: RevokeRule, site: Site, blocks: Sequence[Block]) -> _Found:
    """Return the one place in the text where a peer stands.

    Raises:
        CannotFixError: there is none, or there are several.
    """
    found = [
        one for block in blocks if _ports(block, remedy) for one in _peers(remedy, site, block)
    ]
    if len(found) != 1:
        told = "the text does not write it out" if not found else "the text has it several times"
        raise CannotFixError(told, site.block.place)
    return found[0]


def _peers(remedy: RevokeRule, site: Site, block: Block) -> Iterator[_Found]:
    arguments = block.arguments()
    for name in _PEERS:
        if name not in arguments:
            continue
        value = site.value(arguments[name])
        for place, node in enumerate(elements(value.node) or ()):
            if literal(value.file, node) == remedy.peer:
                yield _Found(block, value, place)


def _ports(block: Block, remedy: RevokeRule) -> bool:
    """Tell whether what a block writes out of ports is not other ports than the remedy's."""
    if remedy.protocol not in _WITH_PORTS:
        return True
    arguments = block.arguments()
    for name, wanted in (("from_port", remedy.first), ("to_port", remedy.last)):
        told = literal(block.file, arguments[name].value) if name in arguments else None
        if told is not None and told != wanted:
            return False
    return True


def _direction(one: Site) -> str:
    if one.change.type == "aws_security_group_rule":
        return "out" if one.values.get("type") == "egress" else "in"
    return "out" if "egress" in one.change.type else "in"


def _is(remedy: RevokeRule, rule: Values, *, direction: str = "") -> bool:
    """Tell whether a rule of the plan is the remedy's, among others of its peers."""
    named = protocol(str(rule.get("protocol", rule.get("ip_protocol"))))
    number = _NUMBERS.get(named, int(named) if named.lstrip("-").isdecimal() else None)
    if number != remedy.protocol or (direction and direction != remedy.direction):
        return False
    ports = (rule.get("from_port"), rule.get("to_port"))
    if number in _WITH_PORTS and ports != (remedy.first, remedy.last):
        return False
    return remedy.peer in _all(rule)


def _all(rule: Values) -> list[Planned]:
    found: list[Planned] = []
    for name in _PEERS:
        held = rule.get(name)
        found += held if isinstance(held, list) else []
    return found + [rule[name] for name in _SINGLE if rule.get(name)]


def _lists(rule: Values) -> bool:
    return any(isinstance(rule.get(name), list) and rule[name] for name in _PEERS)


def _alone(rule: Values) -> bool:
    return len(_all(rule)) == 1 and rule.get("self") is not True


def _any(rule: Values) -> bool:
    return bool(_all(rule)) or rule.get("self") is True


def _less(rule: Values, peer: str) -> Values:
    """Return a rule without one of its peers."""
    left = dict(rule)
    for name in _PEERS:
        held = left.get(name)
        if isinstance(held, list):
            left[name] = [one for one in held if one != peer]
    return left
