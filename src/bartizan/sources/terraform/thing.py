# SPDX-License-Identifier: Apache-2.0
"""One object of the code as its type reads it; what is hidden from it is remembered."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct, field, structs

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.place import Place
from bartizan.sources.terraform.value import Hidden, Value, hidden

_INDEX = re.compile(r"\[\d+\]")
_LETTERS = re.compile(r"[^A-Za-z0-9]+")


class UntoldError(Exception):
    """What identifies an object is hidden, so that nobody can say which one it is."""

    def __init__(self, attribute: str) -> None:
        super().__init__(attribute)
        self.attribute = attribute


class Thing(Struct, kw_only=True):
    """An object of one type, before or after the change."""

    address: str
    type: str
    values: Mapping[str, Value]
    place: Place
    written: frozenset[str] | None = None
    """Arguments that its code writes, those in blocks as `block.argument`; None where that is not
    known."""
    perhaps_there: bool = False
    """It may be there already, though it is told to be made."""
    fresh: bool = False
    """It is made by the change, so that it begins with what AWS sets on every new one."""
    gaps: dict[str, Hidden] = field(default_factory=dict)
    """Attribute that was asked for to why it is hidden; shared with nested blocks."""
    within: str = ""
    """How the names of a nested block's attributes begin: `statement[0].`."""
    plan: int = 0
    """Which of several plans it is in, from 0 on."""
    before: Mapping[str, Value] = field(default_factory=dict)
    """What it was before the change; empty for a new object."""

    def text(self, name: str) -> str:
        """Return a string; empty where there is none, or where it is hidden."""
        value = self._plain(name)
        return value if isinstance(value, str) else ""

    def aside(self, name: str) -> str:
        """Return a string on which no answer rests, so that it is no gap where it is hidden; empty
        where there is none.
        """
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """Return a boolean; false where there is none, or where it is hidden."""
        return self._plain(name) is True

    def settled(self, name: str) -> bool:
        """Return a boolean that decides what else there is; false where there is none.

        Raises:
            UntoldError: it is hidden.
        """
        if isinstance(self.values.get(name), Hidden):
            raise UntoldError(name)
        return self.flag(name)

    def number(self, name: str) -> int:
        """Return a whole number; 0 where there is none, or where it is hidden."""
        value = self._plain(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def texts(self, name: str) -> list[str]:
        """Return the strings of a list or set that are known."""
        value = self._whole(name)
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

    def known_texts(self, name: str) -> list[str] | None:
        """Return the strings of a list or set, sorted, on which no answer rests by itself; None
        where there are none, or one is hidden.
        """
        value = self.values.get(name)
        whole = isinstance(value, list) and value and not any(hidden(value))
        return sorted(map(str, value)) if isinstance(value, list) and whole else None

    def members(self, name: str) -> list[str]:
        """Return a string, or those of a list or set, and for each that is hidden the address of
        it: that is the id of nothing, so that whoever looks it up finds what is not known.
        """
        value = self.values.get(name)
        known = [value] if isinstance(value, str) and value else self.texts(name)
        places = hidden(value, name)
        return [*known, *(f"{self.address}.{self.within}{one}" for one, _ in places)]

    def member(self, name: str) -> str:
        """Return a string; in place of one that is hidden its address, as `members` does."""
        return next(iter(self.members(name)), "")

    def blocks(self, name: str) -> "list[Thing]":
        """Return nested blocks; what they find hidden counts as this object's."""
        value = self._plain(name)
        found: list[Thing] = []
        for number, one in enumerate(value if isinstance(value, list) else ()):
            place = f"{self.within}{name}[{number}]"
            if isinstance(one, Hidden):
                self.gaps[place] = one
            elif isinstance(one, dict):
                found.append(structs.replace(self, values=one, within=f"{place}."))
        return found

    def said_blocks(self, name: str) -> "list[Thing]":
        """Return nested blocks of a name that the provider fills in where the code has none: then
        there are none, and that is no gap.
        """
        return self.blocks(name) if self.said(name) else []

    def tags(self, key: str = "Key", value: str = "Value") -> list[Json]:
        """Return its tags, those of the provider's defaults included, as AWS lists them: objects
        with the members `key` and `value`.
        """
        return [{key: name, value: text} for name, text in self.tag_map().items()]

    def tag_map(self) -> dict[str, Json]:
        """Return its tags, those of the provider's defaults included, as AWS maps them."""
        name = "tags_all" if isinstance(self.values.get("tags_all"), dict) else "tags"
        return self.mapping(name) if self.said(name) else {}

    def mapping(self, name: str) -> dict[str, Json]:
        """Return the strings of a map that are known, sorted by their names."""
        self._whole(name)
        return self.variables(name)

    def variables(self, name: str) -> dict[str, Json]:
        """Return the strings of a map like an environment that are known; that others are hidden
        is no gap, as they would be replaced by markers.
        """
        value = self.values.get(name)
        held = value if isinstance(value, dict) else {}
        return {key: text for key, text in sorted(held.items()) if isinstance(text, str)}

    def silent(self, name: str) -> bool:
        """Tell whether an object is changed and nothing is said of an attribute, before or after:
        what another object made of it stays. A state holds that only once it was refreshed.
        """
        held = self.before.get(name), self.values.get(name)
        return bool(self.before) and not self.fresh and not any(held)

    def document(self, name: str, *, default: str | None = None) -> str | None:
        """Return a policy document as JSON text; None where there is none or it is hidden, and
        `default` where the code writes none, so that AWS makes up its own.
        """
        if not self.said(name):
            return default
        value = self._plain(name)
        return value if isinstance(value, str) and value else None

    def identity(self, *names: str) -> str:
        """Return the first of some attributes that is known and tells which object it is.

        Raises:
            UntoldError: all of them are hidden or empty.
        """
        for name in names:
            value = self.values.get(name)
            if isinstance(value, str) and value:
                return value
        raise UntoldError(names[0])

    def name(self, attribute: str = "name") -> str:
        """Return its name, or for a new object whose name AWS will make up, one that is the same
        in every run. A name that the code computes and nobody knows yet is a gap: policies may
        be written for it.
        """
        value = self.values.get(attribute)
        if isinstance(value, Hidden) and self.said(attribute):
            self.gaps[self.within + attribute] = value
        return self.called(attribute)

    def called(self, attribute: str = "name") -> str:
        """Return its name as `name` does, of what no policy names, so that it is no gap where it
        is hidden.
        """
        value = self.values.get(attribute)
        if isinstance(value, str) and value:
            return value
        prefix = self.values.get(f"{attribute}_prefix")
        return f"{prefix if isinstance(prefix, str) else ''}{self.predicted()}"

    def predicted(self) -> str:
        """Return a name for what only AWS will name, made from the address."""
        digest = hashlib.sha256(self.address.encode()).hexdigest()[:8]
        return f"{_LETTERS.sub('-', self.address)[-24:].strip('-')}-{digest}"

    def account(self) -> str:
        """Return the account that it is in.

        Raises:
            UntoldError: nothing tells it.
        """
        if not self.place.account:
            raise UntoldError("provider")
        return self.place.account

    def arn(
        self, service: str, resource: str, *, attribute: str = "arn", regional: bool = True
    ) -> str:
        """Return its ARN: as `attribute` holds it, else that of `resource` where it lies.

        Raises:
            UntoldError: nothing tells its account or, of what is `regional`, its region.
        """
        held = self.values.get(attribute)
        if isinstance(held, str) and held:
            return held
        return self.here(service, resource, regional=regional)

    def here(self, service: str, resource: str, *, regional: bool = True) -> str:
        """Return the ARN of something that lies where this object does.

        Raises:
            UntoldError: nothing tells its account or, of what is `regional`, its region.
        """
        self.account()
        if regional and not self.place.region:
            raise UntoldError("region")
        return self.place.arn(service, resource, region=regional)

    def made(self, prefix: str) -> str:
        """Return an id for what only AWS will give one, like its own: `vpc-` and 17 digits."""
        place = f"{self.plan}:{self.address}" if self.plan else self.address
        return f"{prefix}-{hashlib.sha256(f'{prefix}:{place}'.encode()).hexdigest()[:17]}"

    def said(self, name: str) -> bool:
        """Tell whether the code writes an argument, or AWS has chosen its value already. What
        stands in a block that the code computes counts as written.
        """
        value = self.values.get(name)
        if not isinstance(value, Hidden):
            return value is not None
        if self.written is None:
            return True
        block = _INDEX.sub("", self.within)
        return f"{block}{name}" in self.written or (bool(block) and block[:-1] not in self.written)

    def _plain(self, name: str) -> Value:
        value = self.values.get(name)
        if isinstance(value, Hidden):
            self.gaps[self.within + name] = value
            return None
        return value

    def _whole(self, name: str) -> Value:
        """Return a value, and remember what is hidden inside."""
        for place, why in hidden(self.values.get(name), name):
            self.gaps[self.within + place] = why
        return self._plain(name)


Write: TypeAlias = Callable[[Thing, Draft], None]


class Kind(Struct, frozen=True, kw_only=True):
    """How one type of the code becomes records."""

    type: str
    """`aws_iam_role`."""
    put: Write
    """Adds the object, or what it says, to the records."""
    take: Write
    """Takes it away."""
    part: bool = False
    """It is a part of another object's record, which must be there first."""
    record: str
    """Kind of the record that tells of it, for what cannot be told."""
    service: str
    """The vendor's name of the service."""
    names: "Callable[[Thing], Mapping[str, str]] | None" = None
    """What a new object will be called, by attribute: its id, and those of what comes with it."""
    rank: int = 0
    """What it rests on has a lower one, and is put before it."""


def keep(
    thing: Thing,
    draft: Draft,
    kind: str,
    name: str,
    *,
    body: Body,
    service: str,
    regional: bool = True,
) -> None:
    """Put a record where the object lies.

    Raises:
        UntoldError: nothing tells its account.
    """
    region = thing.place.region if regional else ""
    draft.put(kind, name, body, service=service, account=thing.account(), region=region)


def parsed(text: str | None) -> Json:
    """Return a policy document as its record carries it; the text itself where it is no JSON."""
    if text is None:
        return None
    try:
        found: Json = json.loads(text)
    except ValueError:
        return text
    return found


def listed(body: Body, name: str) -> list[Json]:
    """Return a list in a body, to be changed in place; an empty one where there is none."""
    held = body.get(name)
    if not isinstance(held, list):
        held = body[name] = []
    return held
