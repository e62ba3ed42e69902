# SPDX-License-Identifier: Apache-2.0
"""What an object would be like once it was made, as far as a rule says so before it is."""

import re
from collections.abc import Mapping

from msgspec import Struct, field

from bartizan.sources.terraform.place import Place
from bartizan.sources.terraform.provider.forced import forced
from bartizan.sources.terraform.provider.forced_when import changed
from bartizan.sources.terraform.provider.identity import (
    DEFAULTS,
    NAMED,
    OTHER,
    PATTERNS,
    RENAMED,
)
from bartizan.sources.terraform.provider.schema import Block
from bartizan.sources.terraform.value import Hidden, Value

_HOLE = re.compile(r"\{([^}|]+)(?:\|(\w+))?\}")
_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}
_UNTOLD = Hidden.UNKNOWN


class Provided(Struct, frozen=True, kw_only=True):
    """A configuration of a provider: where its objects lie, and what it gives to all of them."""

    place: Place = field(default_factory=Place)
    tags: Value = None
    """Tags of all objects; None for none."""


class Prediction(Struct):
    """One object that is planned; `values` are told as they are asked for."""

    type: str
    block: Block
    values: dict[str, Value]
    provided: Provided
    token: str
    """Stands for what only AWS makes up; empty where nothing is to be predicted."""
    own: dict[str, str] = field(default_factory=dict)
    """Attributes that the token is in, with their values."""
    _asked: set[str] = field(default_factory=set)

    def complete(self) -> dict[str, Value]:
        """Return all values: as the code writes them, as rules tell them, else unknown."""
        for name, attribute in self.block.attributes.items():
            if attribute.computed and self.values.get(name) is None:
                self._tell(name)
        for name, nested in self.block.blocks.items():
            self.values[name] = pending(nested.block, self.values.get(name))
        return self.values

    def _tell(self, name: str) -> Value:
        """Return a value, and keep it where nothing else has told it yet."""
        held = self.values.get(name)
        attribute = self.block.attributes.get(name)
        if held is not None or attribute is None or not attribute.computed:
            return held
        if name in self._asked:
            # A rule that asks for itself tells nothing.
            return _UNTOLD
        self._asked.add(name)
        self.values[name] = found = self._rule(name)
        if self.token and isinstance(found, str) and self.token in found:
            self.own[name] = found
        return found

    def _rule(self, name: str) -> Value:
        defaults = DEFAULTS.get(self.type, {})
        if name in defaults:
            return defaults[name]
        if name == "tags_all":
            return _tags(self.values.get("tags"), self.provided)
        if name == "region":
            return self.provided.place.region or _UNTOLD
        pattern = PATTERNS.get(self.type, {}).get(name) or self._other(name)
        return self._filled(pattern) if pattern else _UNTOLD

    def _other(self, name: str) -> str:
        """Return the pattern of an attribute that most types have; empty for none."""
        if name in NAMED and NAMED[name] in self.block.attributes:
            prefix = self.values.get(NAMED[name])
            return f"{prefix}{{@token}}" if isinstance(prefix, str) else "{@token}"
        return OTHER.get(name, "") if self.block.attributes[name].type == "string" else ""

    def _filled(self, pattern: str) -> Value:
        """Return a pattern with all its holes filled; unknown where one cannot be."""
        unfilled = False

        def fill(hole: re.Match[str]) -> str:
            nonlocal unfilled
            name, form = hole.groups()
            held = self._where(name[1:]) if name.startswith("@") else self._tell(name)
            if not isinstance(held, str) or not held:
                unfilled = True
                return ""
            return _formed(held, form)

        found = _HOLE.sub(fill, pattern)
        return _UNTOLD if unfilled else found

    def _where(self, name: str) -> str:
        place = self.provided.place
        told = {
            "account": place.account,
            "region": self._region() or place.region,
            "partition": place.partition,
            "suffix": suffix(place.partition),
            "token": self.token,
            "type": self.type,
        }
        return told[name]

    def _region(self) -> str:
        held = self.values.get("region")
        return held if isinstance(held, str) else ""


def _tags(own: Value, provided: Provided) -> Value:
    """Return an object's tags with those that the provider gives to all."""
    found: dict[str, Value] = {}
    for part in (provided.tags, own):
        if part is None:
            continue
        if not isinstance(part, dict):
            return _UNTOLD
        found.update(part)
    return found


def retagged(values: dict[str, Value], block: Block, provided: Provided) -> dict[str, Value]:
    """Return an object that changes in place with all its tags as they will be: these follow from
    the code, though what is computed stays as it was otherwise.
    """
    if "tags_all" not in block.attributes:
        return values
    found = _tags(values.get("tags"), provided)
    return values if not found and not values.get("tags_all") else {**values, "tags_all": found}


def replacing(
    type_: str, block: Block, before: Mapping[str, Value], after: Mapping[str, Value]
) -> list[str]:
    """Return the arguments whose change makes another object, as its identity or its place rests
    on them.
    """
    patterns = () if type_ in RENAMED else PATTERNS.get(type_, {}).values()
    named = {hole.group(1) for pattern in patterns for hole in _HOLE.finditer(pattern)}
    found = {*(name for name in named if changed(before, after, name))}
    found.update(forced(type_, before, after))
    return sorted(
        name
        for name in found
        if name in block.attributes
        and (block.attributes[name].optional or block.attributes[name].required)
    )


def suffix(partition: str) -> str:
    """Return how the names of a partition's hosts end."""
    return _SUFFIXES.get(partition, "amazonaws.com")


def _formed(value: str, form: str | None) -> str:
    match form:
        case "host":
            return value.removeprefix("https://").rstrip("/")
        case "unslashed":
            return value.removeprefix("/")
        case "bus":
            # The usual bus has no place in the ARNs of its rules.
            bus = value.rpartition("/")[2]
            return "" if bus == "default" else f"{bus}/"
        case "last":
            return value.rpartition("/")[2]
        case "function":
            return value.rpartition(":")[2]
        case _:
            return value


def pending(block: Block, value: Value) -> Value:
    """Return nested blocks with what only AWS tells of them unknown."""
    if isinstance(value, list):
        return [pending(block, one) for one in value]
    if not isinstance(value, dict):
        return value
    found = dict(value)
    for name, attribute in block.attributes.items():
        if attribute.computed and found.get(name) is None:
            found[name] = _UNTOLD
    for name, nested in block.blocks.items():
        found[name] = pending(nested.block, found.get(name))
    return found
