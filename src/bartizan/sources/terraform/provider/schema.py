# SPDX-License-Identifier: Apache-2.0
"""What arguments and blocks the types of providers have, from the table that `tools` compiles."""

import functools
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct, structs

from bartizan.sources.terraform.provider.identity import DEFAULTS
from bartizan.sources.terraform.value import Hidden, Value

Type: TypeAlias = "str | list[Any]"
"""A type of the language as its JSON form has it: `"string"`, `["set", "string"]`."""

NESTING = {"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}
"""How blocks of one name lie in their parent to the protocol's number for it."""

KEY = "bartizan_key"
"""An argument of every provider that says which configuration of it this is: `aws.prod`."""

UNTOLD = "bartizan_untold"
"""An argument of all data that makes it unknown."""


_WRITE_ONLY = "_wo"
"""Ends the names of all write-only arguments of the provider for AWS."""


class Attribute(Struct, frozen=True, kw_only=True):
    """An attribute of a block."""

    type: Type
    required: bool
    optional: bool
    computed: bool
    """The provider tells its value where the code does not."""
    sensitive: bool
    write_only: bool = False
    """Its value goes to the provider alone and is in no plan and no state."""


class Nested(Struct, frozen=True, kw_only=True):
    """The blocks of one name in a block."""

    nesting: str
    least: int
    most: int
    """0 for any number."""
    block: "Block"


class Block(Struct, frozen=True, kw_only=True):
    """What may stand in a block."""

    attributes: Mapping[str, Attribute]
    blocks: Mapping[str, Nested]


class Schema(Struct, frozen=True, kw_only=True):
    """What one provider has."""

    provider: Block
    resources: Mapping[str, Block]
    data: Mapping[str, Block]

    def message(self) -> Mapping[str, object]:
        """Return it as the protocol tells it."""
        return {
            "provider": _schema(self.provider),
            "resource_schemas": list(_schemas(self.resources)),
            "data_source_schemas": list(_schemas(self.data)),
            # Terraform need not ask again for each configuration of the provider.
            "server_capabilities": {"get_provider_schema_optional": True},
        }


def of_types(provider: str, *, resources: Iterable[str], data: Iterable[str]) -> Schema:
    """Return what a provider has of some types; those that the table lacks are left out, as is all
    of a provider that it lacks.
    """
    table = _table().get(provider, _Table())
    return Schema(
        provider=_with(KEY, _block(table.provider)),
        resources={n: _defaulted(n, b) for n, b in _known(table.resources, resources)},
        data={name: _with(UNTOLD, block) for name, block in _known(table.data, data)},
    )


def providers() -> Iterable[str]:
    """Return the names of the providers in the table."""
    return _table().keys()


class _Table(msgspec.Struct, frozen=True):
    """One provider in the table; its types are read one by one, since few are asked for."""

    provider: Mapping[str, Any] = {}
    resources: Mapping[str, msgspec.Raw] = {}
    data: Mapping[str, msgspec.Raw] = {}


def _known(table: Mapping[str, msgspec.Raw], names: Iterable[str]) -> Iterator[tuple[str, Block]]:
    for name in sorted(set(names)):
        if name in table:
            yield name, _block(msgspec.json.decode(table[name]))


@functools.cache
def _table() -> Mapping[str, _Table]:
    place = resources.files("bartizan.sources.terraform.provider") / "data" / "schema.json.gz"
    return msgspec.json.decode(gzip.decompress(place.read_bytes()), type=dict[str, _Table])


def _with(name: str, block: Block) -> Block:
    """Return a block with an argument of ours."""
    own = Attribute(type="string", required=False, optional=True, computed=False, sensitive=False)
    return Block(attributes={**block.attributes, name: own}, blocks=block.blocks)


def _defaulted(type_: str, block: Block) -> Block:
    """Return a block in which the provider may fill in what it has defaults for."""
    told = {
        name: structs.replace(block.attributes[name], computed=True)
        for name in DEFAULTS.get(type_, ())
        if name in block.attributes
    }
    return Block(attributes={**block.attributes, **told}, blocks=block.blocks)


def _attribute(name: str, flags: str, type_: Type) -> Attribute:
    write_only = name.endswith(_WRITE_ONLY) and "o" in flags
    return Attribute(
        type=type_,
        required="r" in flags,
        optional="o" in flags,
        # A provider has no value of what is write-only, so that it fills in none.
        computed="c" in flags and not write_only,
        sensitive="s" in flags,
        write_only=write_only,
    )


def _block(table: Mapping[str, Any]) -> Block:
    """Read a block of the table: `a` holds attributes, name to flags and type, and `b` blocks,
    name to nesting, least and most number, and block.
    """
    return Block(
        attributes={
            name: _attribute(name, flags, type_)
            for name, (flags, type_) in table.get("a", {}).items()
        },
        blocks={
            name: Nested(nesting=nesting, least=least, most=most, block=_block(inner))
            for name, (nesting, least, most, inner) in table.get("b", {}).items()
        },
    )


def unknown_blocks(block: Block, value: Value, within: str = "") -> Iterator[str]:
    """Yield the nested blocks that are not known, `block` or `block.inner`: the code computes
    them, as of those that it leaves out the inert provider says that there are none.
    """
    for one in value if isinstance(value, list) else [value]:
        for name, nested in block.blocks.items() if isinstance(one, dict) else ():
            held = one.get(name) if isinstance(one, dict) else None
            if held is Hidden.UNKNOWN:
                yield f"{within}{name}"
            else:
                yield from unknown_blocks(nested.block, held, f"{within}{name}.")


def kept(block: Block, value: Value) -> Value:
    """Return an object of a block as a plan has it: without what is write-only.

    Source: https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only
    """
    if isinstance(value, list):
        return [kept(block, one) for one in value]
    if not isinstance(value, dict):
        return value
    found = dict(value)
    for name, attribute in block.attributes.items():
        if attribute.write_only and name in found:
            found[name] = None
    for name, nested in block.blocks.items():
        if name in found:
            found[name] = kept(nested.block, found[name])
    return found


def _schemas(blocks: Mapping[str, Block]) -> Iterator[Mapping[str, object]]:
    for name, block in blocks.items():
        yield {"key": name, "value": _schema(block)}


def _schema(block: Block) -> Mapping[str, object]:
    return {"version": 0, "block": _told(block)}


def _told(block: Block) -> Mapping[str, object]:
    return {
        "attributes": [
            {
                "name": name,
                "type": json.dumps(one.type).encode(),
                "required": one.required,
                "optional": one.optional,
                "computed": one.computed,
                "sensitive": one.sensitive,
                "write_only": one.write_only,
            }
            for name, one in block.attributes.items()
        ],
        "block_types": [
            {
                "type_name": name,
                "block": _told(one.block),
                "nesting": NESTING[one.nesting],
                "min_items": one.least,
                "max_items": one.most,
            }
            for name, one in block.blocks.items()
        ],
    }
