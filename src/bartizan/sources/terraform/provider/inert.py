# SPDX-License-Identifier: Apache-2.0
"""A provider that makes nothing, reads nothing and runs nothing: it says what would be there.

Source: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
"""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bartizan.sources.terraform.place import Place, configured, partition_of
from bartizan.sources.terraform.plan import Held
from bartizan.sources.terraform.provider.data_source import DATA, UntoldDataError
from bartizan.sources.terraform.provider.document import DocumentError
from bartizan.sources.terraform.provider.dynamic import packed, unpacked
from bartizan.sources.terraform.provider.predict import Prediction, Provided, replacing
from bartizan.sources.terraform.provider.protocol import ERROR
from bartizan.sources.terraform.provider.schema import KEY, Block, Schema
from bartizan.sources.terraform.value import Value, hidden

MARK = "predicted-"
"""How everything begins that stands for what only AWS makes up."""

_Fields = Mapping[str, Any]
_Response = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A stand-in that was given to an object."""

    type: str
    token: str
    values: Mapping[str, str]
    """Attributes that it is in, with their values."""


@dataclass(slots=True, kw_only=True)
class Inert:
    """One provider as Terraform sees it, with all configurations of it."""

    name: str
    """How its configurations are called where the code gives none: `aws`."""
    schema: Schema
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
    _configured: dict[str, Provided] = field(default_factory=dict)
    _alike: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _planned: int = 0

    def answer(self, peer: str, call: str, request: _Fields) -> _Response:
        """Answer one call; `peer` is who asks, another one for each configuration."""
        if call == "GetProviderSchema":
            return self.schema.message()
        method = _METHODS.get(call)
        if method is None:
            # There is nothing to complain of, and nothing to stop.
            return {}
        try:
            return method(self, peer, request)
        except (DocumentError, _RefusedError) as error:
            return _error(str(error))
        except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
            return _error(f"a value that is not as its schema says: {type(error).__name__}")

    def _configure(self, peer: str, request: _Fields) -> _Response:
        config = _value(request, "config")
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
            self._configured[peer] = Provided(place=place, tags=_default_tags(arguments))
        return {}

    def _upgrade(self, peer: str, request: _Fields) -> _Response:
        """Return an object of a state as this schema has it."""
        del peer
        block = self.schema.resources[request["type_name"]]
        state = json.loads(request.get("raw_state", {}).get("json", b"null"))
        return {"upgraded_state": _told(_shaped(block, state))}

    def _refresh(self, peer: str, request: _Fields) -> _Response:
        """Return an object as it was, as nobody looks."""
        del peer
        return {
            "new_state": request.get("current_state", {}),
            "private": request.get("private", b""),
        }

    def _plan(self, peer: str, request: _Fields) -> _Response:
        proposed = _value(request, "proposed_new_state")
        before = _value(request, "prior_state")
        type_ = request["type_name"]
        block = self.schema.resources[type_]
        if not isinstance(proposed, dict):
            return {"planned_state": _told(None)}
        provided = self._configured.get(peer, Provided())
        paths: list[object] = []
        if isinstance(before, dict):
            changed = replacing(type_, block, before, proposed)
            paths = [{"steps": [{"attribute_name": name}]} for name in changed]
        if isinstance(before, dict) and not paths:
            return {"planned_state": _told(proposed)}
        if paths:
            proposed = _anew(block, proposed, _value(request, "config"))
        return {
            "planned_state": _told(self._made(type_, block, proposed, provided)),
            "requires_replace": paths,
        }

    def _made(
        self, type_: str, block: Block, values: dict[str, Value], provided: Provided
    ) -> Value:
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
        are numbered, as they can stand for one another.
        """
        place = repr((type_, provided.place)).encode()
        digest = hashlib.sha256(place + packed(values)).hexdigest()[:16]
        with self._lock:
            self._planned += 1
            if self._planned > self.most:
                raise _RefusedError(f"more than {self.most:,} objects")
            self._alike[digest] += 1
            number = self._alike[digest]
        return f"{MARK}{digest}{number:06x}" if self.predicting else ""

    def _read(self, peer: str, request: _Fields) -> _Response:
        type_ = request["type_name"]
        config = _value(request, "config")
        arguments = config if isinstance(config, dict) else {}
        block = self.schema.data[type_]
        found = dict(arguments)
        try:
            found.update(self._known(type_, block, arguments, peer))
        except UntoldDataError:
            with self._lock:
                self.untold.add(type_)
            return _error("data of the estate, which is not read")
        return {"state": _told({n: found.get(n) for n in (*block.attributes, *block.blocks)})}

    def _known(
        self, type_: str, block: Block, arguments: Mapping[str, Value], peer: str
    ) -> Mapping[str, Value]:
        """Return data: as it was read before, else as it follows from its arguments.

        Raises:
            UntoldDataError: neither tells all of it.
        """
        before = _read_before(self.read, type_, block, arguments)
        if before is not None:
            return before
        if type_ not in DATA:
            raise UntoldDataError
        found = dict(DATA[type_](arguments, self._configured.get(peer, Provided())))
        for name, attribute in block.attributes.items():
            if attribute.computed and not attribute.optional and found.get(name) is None:
                if not self.predicting or attribute.type != "string":
                    raise UntoldDataError
                found[name] = f"{MARK}{type_}-{name}"
        return found


class _RefusedError(Exception):
    """What is asked for is not done."""


_METHODS: Mapping[str, Callable[[Inert, str, _Fields], _Response]] = {
    "ConfigureProvider": Inert._configure,  # noqa: SLF001 - the class's own table of calls
    "UpgradeResourceState": Inert._upgrade,  # noqa: SLF001
    "ReadResource": Inert._refresh,  # noqa: SLF001
    "PlanResourceChange": Inert._plan,  # noqa: SLF001
    "ReadDataSource": Inert._read,  # noqa: SLF001
}


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
    shaped = _shaped(block, found[0])
    return shaped if isinstance(shaped, dict) else None


def _value(request: _Fields, name: str) -> Value:
    return unpacked(request.get(name, {}).get("msgpack", b""))


def _told(value: Value) -> Mapping[str, bytes]:
    return {"msgpack": packed(value)}


def _error(summary: str) -> _Response:
    return {"diagnostics": [{"severity": ERROR, "summary": summary}]}


def _default_tags(arguments: Mapping[str, Value]) -> Value:
    blocks = arguments.get("default_tags")
    if isinstance(blocks, list) and blocks and isinstance(blocks[0], dict):
        return blocks[0].get("tags")
    return None


def _anew(block: Block, proposed: dict[str, Value], config: Value) -> dict[str, Value]:
    """Return what is proposed of an object that takes another's place, without what AWS told of
    the other.
    """
    written = config if isinstance(config, dict) else {}
    return {
        name: None
        if name in block.attributes
        and block.attributes[name].computed
        and written.get(name) is None
        else value
        for name, value in proposed.items()
    }


def _shaped(block: Block, state: Value) -> Value:
    """Return an object with the attributes and blocks of a schema; all others are left out."""
    if isinstance(state, list):
        return [_shaped(block, one) for one in state]
    if not isinstance(state, dict):
        return state
    found: dict[str, Value] = {name: state.get(name) for name in block.attributes}
    for name, nested in block.blocks.items():
        held = state.get(name)
        empty: Value = [] if nested.nesting in {"list", "set"} else None
        found[name] = empty if held is None else _shaped(nested.block, held)
    return found
