# SPDX-License-Identifier: Apache-2.0
"""Schemas of providers as types, and values between the two worlds: ours and the providers'.

Source: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from msgspec.structs import replace

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    null,
    number,
    text,
    truth,
    unknown,
)
from bartizan.sources.terraform.evaluator.kind import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Collection,
    Kind,
    Object,
    Tuple,
    list_of,
    map_of,
    set_of,
)
from bartizan.sources.terraform.provider.schema import Block, Type
from bartizan.sources.terraform.value import Hidden, Value

_PRIMITIVES: Mapping[str, Kind] = {
    "string": STRING,
    "number": NUMBER,
    "bool": BOOL,
    "dynamic": DYNAMIC,
}
_MANY: Mapping[str, Callable[[Kind], Kind]] = {"list": list_of, "set": set_of, "map": map_of}


def kind_of(told: Type) -> Kind:
    """Return a type of a schema."""
    if isinstance(told, str):
        return _PRIMITIVES[told]
    name, inner = told[0], told[1]
    if name == "object":
        return Object.of({key: kind_of(one) for key, one in inner.items()})
    if name == "tuple":
        return Tuple(tuple(map(kind_of, inner)))
    return Collection(name, kind_of(inner))


def kind_of_block(block: Block) -> Object:
    """Return the type of an object that a block of a schema describes."""
    held = _KINDS.get(id(block))
    if held is None or held[0] is not block:
        if len(_KINDS) > _MOST:
            _KINDS.clear()
        held = _KINDS[id(block)] = (block, _kind_of_block(block))
    return held[1]


_KINDS: dict[int, tuple[Block, Object]] = {}
"""Types that were worked out before, with the block itself, so that it stays what it is."""
_MOST = 20_000


def _kind_of_block(block: Block) -> Object:
    found = {name: kind_of(one.type) for name, one in block.attributes.items()}
    for name, nested in block.blocks.items():
        inner = kind_of_block(nested.block)
        if nested.nesting in _MANY:
            found[name] = _MANY[nested.nesting](inner)
        else:
            found[name] = inner
    return Object.of(found)


def value_of(datum: Datum) -> Value:
    """Return a value as providers have it."""
    held = datum.value
    if not datum.known:
        return Hidden.UNKNOWN
    if isinstance(held, Fraction):
        return int(held) if held.denominator == 1 else float(held)
    if isinstance(held, dict):
        return {name: value_of(one) for name, one in held.items()}
    if isinstance(held, tuple):
        return [value_of(one) for one in held]
    return held if isinstance(held, bool | str) else None


def datum_of(value: Value, kind: Kind) -> Datum:  # noqa: PLR0911 - one line to each kind of value
    """Return a value of a provider, which has a type of its schema."""
    if isinstance(value, Hidden):
        return unknown(kind)
    if isinstance(value, bool):
        return truth(value)
    if isinstance(value, int | float):
        return number(Fraction(str(value)))
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return _mapped(value, kind)
    if isinstance(value, list):
        of = kind.element if isinstance(kind, Collection) else DYNAMIC
        return Datum(kind, tuple(datum_of(one, of) for one in value))
    return null(kind)


def _mapped(value: Mapping[str, Value], kind: Kind) -> Datum:
    if isinstance(kind, Object):
        return Datum(kind, {name: datum_of(value.get(name), of) for name, of in kind.attributes})
    of = kind.element if isinstance(kind, Collection) else DYNAMIC
    return Datum(kind, {name: datum_of(one, of) for name, one in sorted(value.items())})


def filled(written: Datum, told: Value) -> Datum:
    """Return what the code writes, with what a provider tells where it writes nothing."""
    if written.null:
        return datum_of(told, written.kind).marked(written)
    held = written.value
    if isinstance(held, dict) and isinstance(told, dict):
        parts = {name: filled(one, told.get(name)) for name, one in held.items()}
        return replace(written, value=parts)
    if isinstance(held, tuple) and isinstance(told, list) and len(held) == len(told):
        return replace(written, value=tuple(map(filled, held, told)))
    return written


def secret(found: Datum, block: Block) -> Datum:
    """Return an object that is sensitive where the schema of its type says so, as then what refers
    to it is too. Nothing in a set can be named, so what is sensitive in it makes all of it so.

    Source: https://developer.hashicorp.com/terraform/language/manage-sensitive-data
    """
    if not isinstance(found.value, dict):
        return found
    parts = dict(found.value)
    for name, attribute in block.attributes.items():
        if attribute.sensitive and name in parts and not parts[name].null:
            parts[name] = replace(parts[name], sensitive=True)
    for name, nested in block.blocks.items():
        held = parts.get(name)
        if held is None or not isinstance(held.value, tuple):
            if held is not None:
                parts[name] = secret(held, nested.block)
            continue
        inner = tuple(secret(one, nested.block) for one in held.value)
        whole = nested.nesting == "set" and any(map(_has_secret, inner))
        parts[name] = replace(held, sensitive=True) if whole else replace(held, value=inner)
    return replace(found, value=parts)


def _has_secret(found: Datum) -> bool:
    return found.sensitive or any(map(_has_secret, found.parts()))
