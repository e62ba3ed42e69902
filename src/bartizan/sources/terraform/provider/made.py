# SPDX-License-Identifier: Apache-2.0
"""What objects and data would be, by rules alone: for those who answer Terraform, and for those
who evaluate code without it.
"""

import hashlib
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from bartizan.sources.terraform.place import Place, configured, given, partition_of
from bartizan.sources.terraform.plan import Held
from bartizan.sources.terraform.provider.asked import MOST, Asked
from bartizan.sources.terraform.provider.data_source import DATA, UntoldDataError
from bartizan.sources.terraform.provider.dynamic import packed
from bartizan.sources.terraform.provider.predict import Prediction, Provided
from bartizan.sources.terraform.provider.schema import KEY, Block, Schema, of_types
from bartizan.sources.terraform.value import Value, hidden

MARK = "predicted-"
"""How everything begins in a finished plan that stands for what only AWS makes up."""
LETTERS, END = 22, "-predicted"
"""Digits of a stand-in while a plan is made, and how it ends."""


def of_provider(
    source: str, types: Iterable[tuple[str, bool]], asked: Asked
) -> "tuple[Schema, Making]":
    """Return the schema of some types of a provider, each told to be data or not, and what makes
    objects of them.
    """
    used = tuple(types)
    schema = of_types(
        source,
        resources=[type_ for type_, data in used if not data],
        data=[type_ for type_, data in used if data],
    )
    making = Making(
        name=source.rpartition("/")[2],
        said=given(asked.accounts),
        predicting=asked.predicting,
        most=MOST,
        read=tuple(one for one in asked.data if not one.managed),
    )
    return schema, making


class TooManyError(Exception):
    """More objects are planned than is allowed; the text says how many are."""


class Issued(Struct, frozen=True, kw_only=True):
    """A stand-in that was given to an object."""

    type: str
    token: str
    values: Mapping[str, str]
    """Attributes that it is in, with their values."""


class Making(Struct, kw_only=True):
    """Objects and data of one provider, with all configurations of it."""

    name: str
    """How its configurations are called where the code gives none: `aws`."""
    said: Mapping[str, Place]
    """Where the objects of a configuration lie, by the user's word."""
    predicting: bool
    """Ids that only AWS makes up get a stand-in; else they are unknown."""
    read: Sequence[Held] = ()
    """Data that was read before."""
    most: int
    """Objects that are planned; more are refused."""
    issued: list[Issued] = field(default_factory=list)
    untold: set[str] = field(default_factory=set)
    """Types of data that could not be worked out."""
    places: dict[str, Place] = field(default_factory=dict)
    """Key of each configuration to where its objects lie."""
    _alike: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _planned: int = 0

    def configured(self, config: Value) -> Provided:
        """Return what a configuration says, whose argument `KEY` is how it is called."""
        arguments = config if isinstance(config, dict) else {}
        key = arguments.get(KEY)
        name = key if isinstance(key, str) else self.name
        own = self.said.get(name, Place())
        region = arguments.get("region")
        told = own.region or (region if isinstance(region, str) else "")
        account, partition = configured(arguments)
        place = Place(
            account=own.account or account,
            region=told,
            partition=partition or partition_of(told),
        )
        with self._lock:
            self.places[name] = place
        return Provided(place=place, tags=_default_tags(arguments))

    def made(
        self, type_: str, block: Block, values: dict[str, Value], provided: Provided
    ) -> dict[str, Value]:
        """Return a new object of which the code says `values`.

        Raises:
            TooManyError: it is one too many.
        """
        prediction = Prediction(
            type=type_,
            block=block,
            values=values,
            provided=provided,
            token=self._token(type_, values, provided),
        )
        found = prediction.complete()
        if prediction.own:
            issued = Issued(type=type_, token=prediction.token, values=prediction.own)
            with self._lock:
                self.issued.append(issued)
        return found

    def _token(self, type_: str, values: Value, provided: Provided) -> str:
        """Return a stand-in that is the same in every run: objects of which the code says the same
        are numbered, as they can stand for one another. Its beginning tells it from all others, as
        code takes the first letters of an id for an ending of its own.
        """
        place = repr((type_, provided.place)).encode()
        digest = hashlib.sha256(place + packed(values)).hexdigest()[:16]
        with self._lock:
            self._planned += 1
            if self._planned > self.most:
                raise TooManyError(f"more than {self.most:,} objects")
            self._alike[digest] += 1
            number = self._alike[digest]
        own = hashlib.sha256(f"{digest}{number}".encode()).hexdigest()[:LETTERS]
        return f"{own}{END}" if self.predicting else ""

    def data(
        self, type_: str, block: Block, arguments: Mapping[str, Value], provided: Provided
    ) -> Mapping[str, Value]:
        """Return data: its arguments, and what it was when it was read before, else what follows
        from them.

        Raises:
            UntoldDataError: neither tells all of it; its type is noted.
            DocumentError: its arguments are wrong.
        """
        try:
            told = self._known(type_, block, arguments, provided)
        except UntoldDataError:
            with self._lock:
                self.untold.add(type_)
            raise
        found = {**arguments, **told}
        return {name: found.get(name) for name in (*block.attributes, *block.blocks)}

    def _known(
        self, type_: str, block: Block, arguments: Mapping[str, Value], provided: Provided
    ) -> Mapping[str, Value]:
        before = _read_before(self.read, type_, block, arguments)
        if before is not None:
            return before
        if type_ not in DATA:
            raise UntoldDataError
        found = dict(DATA[type_](arguments, provided))
        for name, attribute in block.attributes.items():
            if attribute.computed and not attribute.optional and found.get(name) is None:
                if not self.predicting or attribute.type != "string":
                    raise UntoldDataError
                found[name] = f"{MARK}{type_}-{name}"
        return found


def _read_before(
    read: Sequence[Held], type_: str, block: Block, arguments: Mapping[str, Value]
) -> Mapping[str, Value] | None:
    """Return what data with these arguments was; None where none was read, or several that differ,
    or where something of it is hidden.
    """
    told = {name: value for name, value in arguments.items() if value not in (None, [], {})}
    found = [
        held.values
        for held in read
        if held.type == type_
        and isinstance(held.values, dict)
        and all(held.values.get(name) == value for name, value in told.items())
    ]
    if not found or any(one != found[0] for one in found) or any(hidden(found[0])):
        return None
    whole = shaped(block, found[0])
    return whole if isinstance(whole, dict) else None


def _default_tags(arguments: Mapping[str, Value]) -> Value:
    blocks = arguments.get("default_tags")
    if isinstance(blocks, list) and blocks and isinstance(blocks[0], dict):
        return blocks[0].get("tags")
    return None


def shaped(block: Block, state: Value) -> Value:
    """Return an object with the attributes and blocks of a schema; all others are left out."""
    if isinstance(state, list):
        return [shaped(block, one) for one in state]
    if not isinstance(state, dict):
        return state
    found: dict[str, Value] = {name: state.get(name) for name in block.attributes}
    for name, nested in block.blocks.items():
        held = state.get(name)
        empty: Value = [] if nested.nesting in {"list", "set"} else None
        found[name] = empty if held is None else shaped(nested.block, held)
    return found
