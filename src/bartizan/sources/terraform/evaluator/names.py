# SPDX-License-Identifier: Apache-2.0
"""What the code names, without its values: the member `configuration` of a plan.

Source: https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bartizan.model.record import Json
from bartizan.sources.terraform.evaluator.configuration import Body, Configuration
from bartizan.sources.terraform.evaluator.datum import Datum, RefusedError
from bartizan.sources.terraform.evaluator.evaluate import evaluate
from bartizan.sources.terraform.evaluator.expression import (
    Attribute,
    Binary,
    Conditional,
    Expression,
    Index,
    Literal,
    ObjectOf,
    Reference,
    Template,
    TupleOf,
    Unary,
    parts,
)
from bartizan.sources.terraform.evaluator.functions.place import Place
from bartizan.sources.terraform.evaluator.objects import passed_providers, provider_of
from bartizan.sources.terraform.evaluator.scope import Budget, Scope
from bartizan.sources.terraform.evaluator.show import json_of
from bartizan.sources.terraform.evaluator.world import World, index
from bartizan.sources.terraform.provider.schema import Block
from bartizan.sources.terraform.provider.tree import source_of

_OF_RESOURCE = frozenset(
    {"count", "depends_on", "for_each", "lifecycle", "provider", "provisioner", "connection"}
)
_OF_MODULE = frozenset({"count", "depends_on", "for_each", "providers", "source", "version"})
_OF_PROVIDER = frozenset({"alias", "version"})
"""What is told of the outermost block elsewhere, or not at all."""
_RESOURCE = 2
"""Names of a resource."""

_WRITTEN = (Literal, TupleOf, ObjectOf, Unary, Binary, Conditional, Template)
_NOWHERE = Place(module=Path(), root=Path(), below=Path())
_SECONDS = 60.0

Key = Mapping[str, str]
"""How a module calls a provider's configuration to that one's key in the plan."""


def configuration(world: World) -> Json:
    """Return what the code names."""
    providers: dict[str, Json] = {}
    root = _module(world, (), {}, providers)
    return {"provider_config": providers, "root_module": root}


def _module(
    world: World, path: tuple[str, ...], passed: Key, providers: dict[str, Json]
) -> dict[str, Json]:
    held = world.configuration(world.folder(".".join(path)))
    keys = {**passed, **dict(_configured(held, path, providers))}
    calls: dict[str, Json] = {}
    for (name,), body in held.of("module"):
        given = {inner: keys.get(outer, outer) for inner, outer in passed_providers(body).items()}
        inherited = {key: told for key, told in keys.items() if "." not in key}
        inner = _module(world, (*path, name), {**inherited, **given}, providers)
        source = body.arguments.get("source")
        calls[name] = {
            "source": source.file.text(source.value).strip('"') if source else "",
            "expressions": dict(_expressions(body, _OF_MODULE)),
            "module": inner,
        }
    return {
        "outputs": {
            name: {"expression": _told(body.expression("value"))}
            for (name,), body in held.of("output")
        },
        "resources": [
            *_resources(world, path, keys, "resource"),
            *_resources(world, path, keys, "data"),
        ],
        "module_calls": calls,
    }


def _configured(
    held: Configuration, path: tuple[str, ...], providers: dict[str, Json]
) -> Iterator[tuple[str, str]]:
    for (local, alias), body in held.providers.items():
        own = f"{local}.{alias}" if alias else local
        within = ".".join(f"module.{name}" for name in path)
        key = f"{within}:{own}" if within else own
        told: dict[str, Json] = {"name": local}
        if alias:
            told["alias"] = alias
        if within:
            told["module_address"] = within
        providers[key] = {**told, "expressions": dict(_expressions(body, _OF_PROVIDER))}
        yield own, key


def _resources(world: World, path: tuple[str, ...], keys: Key, kind: str) -> Iterator[Json]:
    held = world.configuration(world.folder(".".join(path)))
    for (type_, name), body in held.of(kind):
        local, alias = provider_of(body, type_)
        own = f"{local}.{alias}" if alias else local
        block = _schema(world, path, kind, (type_, local))
        told: dict[str, Json] = {
            "address": f"{type_}.{name}" if kind == "resource" else f"data.{type_}.{name}",
            "mode": "managed" if kind == "resource" else "data",
            "type": type_,
            "name": name,
            "provider_config_key": keys.get(own, own),
            "expressions": dict(_expressions(body, _OF_RESOURCE, block)),
        }
        for each in ("count", "for_each"):
            if (written := body.expression(each)) is not None:
                told[f"{each}_expression"] = _told(written)
        yield told


def _schema(
    world: World, path: tuple[str, ...], kind: str, type_: tuple[str, str]
) -> Block | None:
    """Return what the schema says of a type, which is told with the local name of its provider."""
    name, local = type_
    code = world.tree.code[world.folder(".".join(path))]
    schema = world.providers[source_of(local, code)].schema
    return (schema.resources if kind == "resource" else schema.data).get(name)


def _expressions(
    body: Body, passed: frozenset[str] = frozenset(), block: Block | None = None
) -> Iterator[tuple[str, Json]]:
    """Yield what each argument names or is, and the same of the blocks in it, but for the names
    in `passed`; `block` is what the schema says of it.
    """
    for name in body.arguments:
        if name not in passed:
            yield name, _told(body.expression(name))
    inner: dict[str, list[Body]] = {}
    for one in body.blocks:
        # Terraform tells nothing of what dynamic blocks name.
        if one.type not in passed and one.type != "dynamic":
            inner.setdefault(one.type, []).append(one)
    for name, held in inner.items():
        if block is not None and name in block.attributes:
            yield name, _referring(one for content in held for one in _all(content))
        else:
            nested = block.blocks.get(name) if block else None
            told = [
                dict(_expressions(one, block=nested.block if nested else None)) for one in held
            ]
            single = nested is not None and nested.nesting in ("single", "group")
            yield name, told[0] if single else list[Json](told)


def _all(body: Body) -> Iterator[str]:
    """Yield what a block names, and all blocks in it."""
    for name in body.arguments:
        written = body.expression(name)
        if written is not None:
            yield from _references(written)
    for one in body.blocks:
        yield from _all(one)


def _told(written: Expression | None) -> Json:
    if written is None:
        return {}
    if _plain(written):
        held = _constant(written)
        return {} if held is None else {"constant_value": held}
    return _referring(_references(written))


def _referring(names: Iterable[str]) -> Json:
    found = dict.fromkeys(names)
    return {"references": list[Json](found)} if found else {}


def _plain(written: Expression) -> bool:
    """Tell whether an expression is written out: without names and functions."""
    return isinstance(written, _WRITTEN) and all(map(_plain, parts(written)))


def _constant(written: Expression) -> Json:
    scope = Scope(resolve=_nothing, place=_NOWHERE, budget=Budget.of(_SECONDS))
    try:
        found = evaluate(written, scope)
    except RefusedError:
        return None
    return json_of(found) if found.wholly_known else None


def _nothing(reference: Reference) -> Datum:
    raise AssertionError(reference)


def _references(written: Expression) -> Iterator[str]:
    """Yield what an expression names: each time the whole path, and what it begins with."""
    steps: list[str] = []
    inner = written
    while True:
        match inner:
            case Attribute(source, name):
                steps.append(f".{name}")
                inner = source
            case Index(source, Literal(value)) if isinstance(value.value, str):
                steps.append(index(value.value))
                inner = source
            case Index(source, Literal(value)) if json_of(value) is not None:
                steps.append(f"[{json_of(value)}]")
                inner = source
            case Reference(names):
                yield from _path(names, steps[::-1])
                return
            case _:
                break
    for one in parts(written):
        yield from _references(one)


def _path(names: tuple[str, ...], steps: list[str]) -> Iterator[str]:
    """Yield a path and all of its beginnings, the longest first."""
    whole = list(names)
    held = [".".join(whole) + "".join(steps[:count]) for count in range(len(steps), -1, -1)]
    yield from held
    if whole[0] == "module" and len(whole) > _RESOURCE:
        yield ".".join(whole[:_RESOURCE])
