# SPDX-License-Identifier: Apache-2.0
"""A provider that makes nothing, reads nothing and runs nothing: it says what would be there.

Source: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from bartizan.sources.terraform.provider.data_source import UntoldDataError
from bartizan.sources.terraform.provider.document import DocumentError
from bartizan.sources.terraform.provider.dynamic import packed, unpacked
from bartizan.sources.terraform.provider.made import Making, TooManyError, shaped
from bartizan.sources.terraform.provider.predict import Provided, replacing, retagged
from bartizan.sources.terraform.provider.protocol import ERROR
from bartizan.sources.terraform.provider.schema import Block, Schema, kept
from bartizan.sources.terraform.value import Value

_Fields = Mapping[str, Any]
_Response = Mapping[str, object]


class Inert(Struct, kw_only=True):
    """One provider as Terraform sees it, with all configurations of it."""

    schema: Schema
    making: Making
    _configured: dict[str, Provided] = field(default_factory=dict)

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
        except (DocumentError, TooManyError) as error:
            return _error(str(error))
        except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
            return _error(f"a value that is not as its schema says: {type(error).__name__}")

    def _configure(self, peer: str, request: _Fields) -> _Response:
        self._configured[peer] = self.making.configured(_value(request, "config"))
        return {}

    def _upgrade(self, peer: str, request: _Fields) -> _Response:
        """Return an object of a state as this schema has it."""
        del peer
        block = self.schema.resources[request["type_name"]]
        state = json.loads(request.get("raw_state", {}).get("json", b"null"))
        return {"upgraded_state": _told(shaped(block, state))}

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
            told = retagged(proposed, block, provided)
            return {"planned_state": _told(kept(block, told))}
        if paths:
            proposed = _anew(block, proposed, _value(request, "config"))
        return {
            "planned_state": _told(
                kept(block, dict(self.making.made(type_, block, proposed, provided)))
            ),
            "requires_replace": paths,
        }

    def _read(self, peer: str, request: _Fields) -> _Response:
        type_ = request["type_name"]
        config = _value(request, "config")
        arguments = config if isinstance(config, dict) else {}
        provided = self._configured.get(peer, Provided())
        try:
            found = self.making.data(type_, self.schema.data[type_], arguments, provided)
        except UntoldDataError:
            return _error("data of the estate, which is not read")
        return {"state": _told(dict(found))}


_METHODS: Mapping[str, Callable[[Inert, str, _Fields], _Response]] = {
    "ConfigureProvider": Inert._configure,  # noqa: SLF001 - the class's own table of calls
    "UpgradeResourceState": Inert._upgrade,  # noqa: SLF001
    "ReadResource": Inert._refresh,  # noqa: SLF001
    "PlanResourceChange": Inert._plan,  # noqa: SLF001
    "ReadDataSource": Inert._read,  # noqa: SLF001
}


def _value(request: _Fields, name: str) -> Value:
    return unpacked(request.get(name, {}).get("msgpack", b""))


def _told(value: Value) -> Mapping[str, bytes]:
    return {"msgpack": packed(value)}


def _error(summary: str) -> _Response:
    return {"diagnostics": [{"severity": ERROR, "summary": summary}]}


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
