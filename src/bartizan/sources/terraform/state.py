# SPDX-License-Identifier: Apache-2.0
"""Reads a state: the objects that code has made, as a backend keeps them or as they are shown.

Sources:
https://developer.hashicorp.com/terraform/language/state
https://developer.hashicorp.com/terraform/internals/json-format#state-representation
"""

import json
import re
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.model.json_text import parse
from bartizan.model.record import Json
from bartizan.sources.terraform.encrypted import refuse_encrypted
from bartizan.sources.terraform.plan import MOST, Held, shown
from bartizan.sources.terraform.value import Hidden, Value, spread
from bartizan.sources.terraform.wire import (
    WireInstance,
    WireShownState,
    WireState,
    WireStateResource,
)

_VERSION = 4
_PROVIDER = re.compile(r'(?:(?P<module>.+)\.)?provider\["(?P<source>[^"]+)"\](?:\.(?P<alias>.+))?')


class State(Struct, frozen=True, kw_only=True):
    """What code has made."""

    name: str
    """What people call the file."""
    tool_version: str
    held: tuple[Held, ...]
    """Sorted by address. What an earlier replacement left over is not among them."""


def is_state(found: Json) -> bool:
    """Tell whether a JSON document is a state, of either form."""
    if not isinstance(found, dict):
        return False
    kept = "version" in found and "lineage" in found
    return kept or ("format_version" in found and "values" in found)


def read(content: bytes, name: str) -> State:
    """Read a state; `name` is what errors call its file.

    Raises:
        InputError: it is no state, damaged, or of a version that is not known.
    """
    found = parse(content, name)
    refuse_encrypted(found, name)
    if not is_state(found) or not isinstance(found, dict):
        raise _none(name)
    try:
        if "lineage" in found:
            held = list(_held(_kept(found, name)))
            tool = str(found.get("terraform_version", ""))
        else:
            whole = msgspec.convert(found, WireShownState)
            held, tool = list(shown(whole, {}, {})), whole.terraform_version
    except msgspec.ValidationError as error:
        message = f"not as a state should be: {str(error)[:200].lower()}"
        raise InputError(message, at=Location(name)) from error
    if len(held) > MOST:
        raise InputError(f"more than {MOST:,} resources", at=Location(name))
    return State(
        name=name, tool_version=tool, held=tuple(sorted(held, key=lambda one: one.address))
    )


def resources(content: bytes, name: str) -> Mapping[str, set[str]]:
    """Return the types of the resources in a kept state by the source of their provider.

    Raises:
        InputError: it is none.
    """
    found: dict[str, set[str]] = {}
    for one in _parsed(content, name).resources:
        if one.mode == "managed":
            found.setdefault(_source(one), set()).add(one.type)
    return found


def only(content: bytes, name: str, known: Mapping[str, set[str]]) -> bytes:
    """Return a kept state with the resources of known types alone, by the source of their
    provider. Data is left out: it is read anew.

    Raises:
        InputError: it is none.
    """
    whole = parse(content, name)
    _parsed(content, name)
    if isinstance(whole, dict):
        entries = whole.get("resources")
        whole["resources"] = [
            entry
            for entry in (entries if isinstance(entries, list) else ())
            if (one := msgspec.convert(entry, WireStateResource)).mode == "managed"
            and one.type in known.get(_source(one), ())
        ]
    return json.dumps(whole).encode()


def _parsed(content: bytes, name: str) -> WireState:
    found = parse(content, name)
    refuse_encrypted(found, name)
    if not isinstance(found, dict) or "lineage" not in found:
        raise _none(name)
    try:
        return _kept(found, name)
    except msgspec.ValidationError as error:
        message = f"not as a state should be: {str(error)[:200].lower()}"
        raise InputError(message, at=Location(name)) from error


def _kept(found: Mapping[str, Json], name: str) -> WireState:
    state = msgspec.convert(found, WireState)
    if state.version != _VERSION:
        raise InputError(
            f"states of version {state.version} are not understood",
            at=Location(name),
            hint=f"version {_VERSION} is; any newer Terraform writes it",
        )
    return state


def _none(name: str) -> InputError:
    return InputError(
        "no state of Terraform or OpenTofu",
        at=Location(name),
        hint="write it with `terraform state pull`",
    )


def _held(state: WireState) -> Iterator[Held]:
    for one in state.resources:
        prefix = f"{one.module}." if one.module else ""
        address = prefix + ("data." if one.mode == "data" else "") + f"{one.type}.{one.name}"
        for instance in one.instances:
            if not instance.deposed:
                yield Held(
                    address=address + _index(instance.index_key),
                    type=one.type,
                    managed=one.mode == "managed",
                    provider=_key(one),
                    values=_values(instance),
                )


def _index(key: int | str | None) -> str:
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f"[{json.dumps(key, ensure_ascii=False)}]"


def _source(resource: WireStateResource) -> str:
    """Return the source of a resource's provider without the host that all share."""
    found = _PROVIDER.fullmatch(resource.provider)
    source = found["source"] if found else ""
    return re.sub(r"^registry\.(?:terraform\.io|opentofu\.org)/", "", source)


def _key(resource: WireStateResource) -> str:
    """Return the key of a provider's configuration as a plan has it; its local name is taken to be
    the last part of its source, as it nearly always is.
    """
    found = _PROVIDER.fullmatch(resource.provider)
    if found is None:
        return ""
    local = found["source"].rpartition("/")[2]
    alias = f".{found['alias']}" if found["alias"] else ""
    module = f"{found['module']}:" if found["module"] else ""
    return f"{module}{local}{alias}"


def _values(instance: WireInstance) -> Value:
    """Return the attributes of an instance with a mark in the place of each that is sensitive."""
    values: Value = instance.attributes
    for path in instance.sensitive_attributes:
        steps = [step.get("value") for step in path] if isinstance(path, list) else []
        values = _hide(values, [_step(step) for step in steps])
    return spread(instance.attributes, values)


def _step(step: object) -> object:
    """Return a step of a path: a name, or the number or key of an element."""
    return step.get("value") if isinstance(step, dict) else step


def _hide(value: Value, steps: list[object]) -> Value:
    """Return a value with a mark where a path leads; where it leads nowhere, all is marked."""
    if value is None:
        return None
    if not steps:
        return Hidden.SECRET
    first, rest = steps[0], steps[1:]
    if isinstance(value, dict) and isinstance(first, str):
        return {**value, first: _hide(value.get(first), rest)}
    if isinstance(value, list) and isinstance(first, int) and 0 <= first < len(value):
        return [*value[:first], _hide(value[first], rest), *value[first + 1 :]]
    return Hidden.SECRET
