# SPDX-License-Identifier: Apache-2.0
"""Which new objects the code names where a plan knows no value: the plan tells what an argument
refers to, and where that is one object's id, the argument is that id.

Nothing is evaluated. An argument that may be anything else than the one id stays unknown.

Source: https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Self, TypeAlias

from msgspec import Struct

from bartizan.sources.terraform.address import Address, Part, parts, within
from bartizan.sources.terraform.plan import Plan, blocks, unindexed
from bartizan.sources.terraform.value import Hidden, Value, hidden
from bartizan.sources.terraform.wire import WireConfiguredResource, WireModule

Names: TypeAlias = Mapping[str, Mapping[str, str]]
"""Address of a new object to what it will be called, by attribute."""

_BEGINS: Mapping[str, str | tuple[str, ...]] = {
    "allocation_id": "eipalloc-",
    "egress_only_gateway_id": "eigw-",
    "gateway_id": ("igw-", "vgw-", "vpce-"),
    "instance": "i-",
    "instance_id": "i-",
    "internet_gateway_id": "igw-",
    "nat_gateway_id": "nat-",
    "network_acl_id": "acl-",
    "network_interface_id": "eni-",
    "prefix_list_id": "pl-",
    "prefix_list_ids": "pl-",
    "referenced_security_group_id": "sg-",
    "route_table_id": "rtb-",
    "route_table_ids": "rtb-",
    "security_group_id": "sg-",
    "security_group_ids": "sg-",
    "security_groups": "sg-",
    "source_security_group_id": "sg-",
    "subnet_id": "subnet-",
    "subnet_ids": "subnet-",
    "subnets": "subnet-",
    "transit_gateway_attachment_id": "tgw-attach-",
    "transit_gateway_id": "tgw-",
    "transit_gateway_route_table_id": "tgw-rtb-",
    "vpc_endpoint_id": "vpce-",
    "vpc_id": "vpc-",
    "vpc_peering_connection_id": "pcx-",
    "vpc_security_group_ids": "sg-",
}
"""Argument to how ids in it begin; where the code names an object whole, that must fit."""
_VAGUE = frozenset({"local", "each", "data", "self", "module"})
"""What the plan does not lead on from."""
_COUNTING = frozenset({"each.key", "count.index"})
_UNORDERED = frozenset({"ingress", "egress", "route"})
"""Blocks that the plan lists in another order than the code."""
_DEPTH = 20
"""Modules through which a value may be passed on."""


class _VagueError(Exception):
    """An argument may be something else than the id of one new object."""


class _Asked(Struct, frozen=True):
    """An argument, and the object that has it."""

    argument: str
    modules: tuple[Part, ...]
    index: str
    each: tuple[str, ...] = ()
    """What its `for_each` refers to."""


class References(Struct, frozen=True):
    """The code of one plan, with what its new objects will be called."""

    code: WireModule
    names: Names
    known: Mapping[str, Value]
    """Address of each object of the plan to its values afterwards."""
    blocks: Mapping[str, WireConfiguredResource]
    """Address without indices to the block in the code."""

    @classmethod
    def of(cls, plan: Plan, names: Names) -> Self:
        """Return the references of a plan."""
        known = {one.address: one.after for one in plan.changes if not one.deposed}
        return cls(plan.code, names, known, dict(blocks(plan.code)))

    def fill(self, address: str, values: Mapping[str, Value]) -> Mapping[str, Value]:
        """Return values with ids in the places of those that are unknown and nothing else."""
        own = self.names.get(address, {})
        place = Address.parse(address)
        block = self.blocks.get(unindexed(address))
        filled: dict[str, Value] = {}
        for name, value in values.items():
            written = block is not None and name in block.expressions
            if value is Hidden.UNKNOWN and name in own and not written:
                filled[name] = own[name]
            elif block is not None and written and _unknown(value):
                filled[name] = self._filled(name, value, block.expressions[name], place)
            else:
                filled[name] = value
        return filled

    def _filled(self, name: str, value: Value, expression: object, at: Address) -> Value:
        if isinstance(expression, list):
            return self._blocks(name, value, expression, at)
        try:
            found = self._named(
                expression, _Asked(name, at.modules, at.name.index, self._each(at))
            )
        except _VagueError:
            return value
        return _placed(name, value, found)

    def _blocks(self, name: str, value: Value, expressions: list[object], at: Address) -> Value:
        """Fill nested blocks, each from its own code; where their order is not that of the code,
        only if all of them name the same.
        """
        if not isinstance(value, list) or len(value) != len(expressions):
            return value
        if name in _UNORDERED and len(expressions) > 1:
            return value
        return [
            {
                inner: self._filled(inner, held, code[inner], at)
                if inner in code and _unknown(held)
                else held
                for inner, held in one.items()
            }
            if isinstance(one, dict) and isinstance(code, dict)
            else one
            for one, code in zip(value, expressions, strict=True)
        ]

    def _each(self, at: Address) -> tuple[str, ...]:
        """Return what the `for_each` of an object refers to, if that is whole objects."""
        block = self.blocks.get(unindexed(f"{within(at.modules)}{at.block}"))
        told = block.for_each_expression if block else None
        references = told.get("references", ()) if isinstance(told, dict) else ()
        found = _longest(one for one in references if isinstance(one, str))
        whole = [one for one in found if len(parts(one)) == 2 and "." in one]  # noqa: PLR2004 - `type.name`
        return tuple(found) if whole == found else ()

    def _named(self, expression: object, at: _Asked) -> list[str]:
        """Return the ids of the new objects that an expression refers to.

        Raises:
            _VagueError: it refers to something whose value is not known, and that is no such id.
        """
        return list(dict.fromkeys(self._followed(expression, at, _DEPTH)))

    def _followed(self, expression: object, at: _Asked, depth: int) -> Iterator[str]:
        if not isinstance(expression, dict) or not depth:
            raise _VagueError
        references = [one for one in expression.get("references", ()) if isinstance(one, str)]
        for reference in _longest(references):
            if reference in _COUNTING or reference.startswith("path."):
                continue
            held = parts(reference)
            if held[0].name == "var" and len(held) > 1:
                yield from self._passed_in(held[1].name, at, depth)
            elif held[0].name == "module" and len(held) > 2:  # noqa: PLR2004 - `module.m.output`
                yield from self._passed_out(held, at, depth)
            elif held[0] == Part("each") and held[1:2] == (Part("value"),) and len(at.each) == 1:
                # Chained: the object of the same key in what the loop goes over.
                source = parts(at.each[0])
                chained = (*source[:-1], Part(source[-1].name, at.index), *held[2:])
                yield from self._object(chained, at)
            elif held[0].name in _VAGUE or len(held) < 2:  # noqa: PLR2004 - `type.name`
                raise _VagueError
            else:
                yield from self._object(held, at)

    def _passed_in(self, name: str, at: _Asked, depth: int) -> Iterator[str]:
        """Follow a variable to the call of its module; those of the root are known."""
        if not at.modules:
            return
        outer = self._module(at.modules[:-1])
        call = outer.module_calls.get(at.modules[-1].name) if outer else None
        if call is None:
            raise _VagueError
        if name in call.expressions:
            there = _Asked(at.argument, at.modules[:-1], at.modules[-1].index)
            yield from self._followed(call.expressions[name], there, depth - 1)

    def _passed_out(self, held: tuple[Part, ...], at: _Asked, depth: int) -> Iterator[str]:
        """Follow an output into its module."""
        inner = (*at.modules, held[1])
        module = self._module(inner)
        if module is None or held[2].name not in module.outputs:
            raise _VagueError
        there = _Asked(at.argument, inner, at.index)
        expression = module.outputs[held[2].name].expression
        yield from self._followed(expression, there, depth - 1)

    def _object(self, held: tuple[Part, ...], at: _Asked) -> Iterator[str]:
        """Yield the id that an object will have; nothing where the plan knows the value."""
        address = f"{within(at.modules)}{held[0].name}.{held[1]}"
        if address not in self.known:
            # An index that is computed is left out; it can only be that of the referring object.
            address = f"{within(at.modules)}{held[0].name}.{held[1].name}{at.index}"
        values = self.known.get(address)
        attribute = held[2].name if len(held) > 2 else _attribute(at.argument)  # noqa: PLR2004 - `type.name.attribute`
        if not isinstance(values, dict):
            raise _VagueError
        if not _unknown(values.get(attribute)) and attribute in values:
            return
        name = self.names.get(address, {}).get(attribute)
        if name is None or not name.startswith(_BEGINS.get(at.argument, "")):
            raise _VagueError
        yield name

    def _module(self, modules: tuple[Part, ...]) -> WireModule | None:
        found: WireModule | None = self.code
        for one in modules:
            call = found.module_calls.get(one.name) if found else None
            found = call.module if call else None
        return found


def _attribute(argument: str) -> str:
    return "arn" if argument.endswith(("arn", "arns")) else "id"


def _longest(references: Iterable[str]) -> list[str]:
    """Return references without those that others go on from: after `a.b.id` stands `a.b`."""
    held = list(dict.fromkeys(references))
    return [
        one for one in held if not any(other.startswith((f"{one}.", f"{one}[")) for other in held)
    ]


def _unknown(value: Value) -> bool:
    return any(why is Hidden.UNKNOWN for _, why in hidden(value))


def _placed(name: str, value: Value, found: list[str]) -> Value:
    """Put ids in the places of what is unknown, if there are as many."""
    if value is Hidden.UNKNOWN and name.endswith("s"):
        return list[Value](found) if found else value
    if value is Hidden.UNKNOWN and len(found) == 1:
        return found[0]
    if not isinstance(value, list):
        return value
    if any(isinstance(one, dict) for one in value):
        return _deep(value, found)
    if sum(one is Hidden.UNKNOWN for one in value) != len(found):
        return value
    rest = iter(found)
    return [next(rest) if one is Hidden.UNKNOWN else one for one in value]


def _deep(value: Value, found: list[str]) -> Value:
    """Put the only id where ids of its kind are unknown in a list of objects, as `ingress` is."""
    if len(found) != 1 or not isinstance(value, list):
        return value
    return [
        {name: _fitting(name, held, found[0]) for name, held in one.items()}
        if isinstance(one, dict)
        else one
        for one in value
    ]


def _fitting(name: str, value: Value, found: str) -> Value:
    if name not in _BEGINS or not found.startswith(_BEGINS[name]):
        return value
    if isinstance(value, list):
        return [found if one is Hidden.UNKNOWN else one for one in value]
    return found if value is Hidden.UNKNOWN else value
