# SPDX-License-Identifier: Apache-2.0
"""A cloud of our own that Terraform itself can plan, apply, import and refresh things in.

It makes objects as the provider of the product predicts them, keeps them, and hands them out
again; so a plan and the state after it come from Terraform, and nothing of either is written by
hand.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from msgspec.structs import replace

from bartizan.sources.terraform.place import given
from bartizan.sources.terraform.provider import program
from bartizan.sources.terraform.provider.dynamic import packed, unpacked
from bartizan.sources.terraform.provider.inert import Inert
from bartizan.sources.terraform.provider.made import Making
from bartizan.sources.terraform.provider.protobuf import Field, Kind, decode, encode
from bartizan.sources.terraform.provider.protocol import CALLS, SERVICE, Call
from bartizan.sources.terraform.provider.schema import Block, of_types
from bartizan.sources.terraform.provider.server import reattached
from bartizan.sources.terraform.value import Hidden

_VALUE = Field(0, Kind.MESSAGE, {"msgpack": Field(1, Kind.BYTES)})
_TEXT = Field(1)


def _value(number: int) -> Field:
    return replace(_VALUE, number=number)


_IMPORTED = {"type_name": _TEXT, "state": _value(2)}
_MADE: Mapping[str, Call] = {
    **CALLS,
    "ApplyResourceChange": Call(
        {"type_name": _TEXT, "prior_state": _value(2), "planned_state": _value(3)},
        {"new_state": _value(1)},
    ),
    "ImportResourceState": Call(
        {"type_name": _TEXT, "id": Field(2)},
        {"imported_resources": Field(1, Kind.MESSAGE, _IMPORTED, many=True)},
    ),
}
"""The calls of the product's provider, and those that make and fetch things.

Source: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
"""


_UNIQUE = {"aws_iam_group": "AGPA", "aws_iam_role": "AROA", "aws_iam_user": "AIDA"}
"""Type to what its unique ids begin with."""


@dataclass
class Cloud:
    """What was made, and who answers for it; `types` are those that code may use."""

    types: tuple[str, ...]
    place: str = "111111111111/eu-west-1"
    source: str = "hashicorp/aws"
    """Which provider it is."""
    data: tuple[str, ...] = ()
    """Types of data that code may read; what no rule tells of it is made up."""
    read: frozenset[str] = frozenset()
    """Attributes that the code reads of objects: what no rule tells of these is made up too; of
    all others it is nothing."""
    things: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """Type and id to the values of an object."""
    _made: int = 0
    _planning: Inert = field(init=False)
    _making: Inert = field(init=False)

    def __post_init__(self) -> None:
        self._planning = self._inert(predicting=False)
        self._making = self._inert(predicting=True)

    def _inert(self, *, predicting: bool) -> Inert:
        name = self.source.rpartition("/")[2]
        said = given({"aws": self.place})
        return Inert(
            schema=of_types(self.source, resources=self.types, data=self.data),
            making=Making(name=name, said=said, predicting=predicting, most=1_000),
        )

    def answer(self, peer: str, call: str, request: Mapping[str, Any]) -> Mapping[str, object]:
        """Answer one call of Terraform's."""
        match call:
            case "ApplyResourceChange":
                return {"new_state": _told(self._apply(peer, request))}
            case "ImportResourceState":
                type_ = request["type_name"]
                found = self.things[type_, request["id"]]
                return {"imported_resources": [{"type_name": type_, "state": _told(found)}]}
            case "ReadResource":
                held: Any = unpacked(request["current_state"]["msgpack"])
                return {"new_state": _told(self.things.get((request["type_name"], held["id"])))}
            case "ConfigureProvider":
                self._making.answer(peer, call, request)
            case "ReadDataSource":
                read = self._making.answer(peer, call, request)
                return self._read(request) if "diagnostics" in read else read
            case _:
                pass
        return self._planning.answer(peer, call, request)

    def _read(self, request: Mapping[str, Any]) -> Mapping[str, object]:
        config: Any = unpacked(request["config"]["msgpack"])
        block = self._planning.schema.data[request["type_name"]]
        found = _filled(block, config)
        return {"state": _told({**found, **_made_up(block, found)})}

    def _apply(self, peer: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
        type_ = request["type_name"]
        before: Any = unpacked(request.get("prior_state", {}).get("msgpack", b""))
        planned = unpacked(request["planned_state"]["msgpack"])
        if isinstance(before, dict) and not isinstance(planned, dict):
            del self.things[type_, before["id"]]
            return None
        assert isinstance(planned, dict)
        if not isinstance(before, dict):
            told = {"type_name": type_, "proposed_new_state": _told(_opened(planned))}
            answer: Any = self._making.answer(peer, "PlanResourceChange", told)
            made = unpacked(answer["planned_state"]["msgpack"])
            assert isinstance(made, dict)
            planned = {
                name: made[name] if _hides(held) else held for name, held in planned.items()
            }
        block = self._planning.schema.resources[type_]
        found = _filled(block, planned)
        hidden = {name for name, held in planned.items() if _hides(held)} & self.read
        found |= _made_up(block, dict.fromkeys(hidden))
        if "unique_id" in found and found["unique_id"] is None:
            self._made += 1
            found["unique_id"] = f"{_UNIQUE.get(type_, 'AIPA')}{self._made:017d}"
        self.things[type_, found["id"]] = found
        return found


def _made_up(block: Block, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands for computed attributes that are nothing in some values."""
    return {
        name: _of_type(attribute.type, name)
        for name, attribute in block.attributes.items()
        if name in values and values[name] is None and attribute.computed
    }


def _of_type(type_: Any, name: str) -> Any:  # noqa: ANN401
    match type_:
        case "string":
            return f"made-up-{name.replace('_', '-')}"
        case ["list" | "set", ["object", members]]:
            return [{one: _of_type(held, one) for one, held in members.items()}]
        case ["list" | "set", _]:
            return []
        case ["map", _]:
            return {}
        case _:
            return None


def _told(value: Any) -> dict[str, bytes]:  # noqa: ANN401 - the language's own values
    return {"msgpack": packed(value)}


def _hides(value: Any) -> bool:  # noqa: ANN401
    if isinstance(value, dict | list):
        return any(map(_hides, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Hidden)


def _opened(value: Any) -> Any:  # noqa: ANN401
    """Return a value with nothing in the place of what is not known yet."""
    if isinstance(value, dict):
        return {name: _opened(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_opened(held) for held in value]
    return None if isinstance(value, Hidden) else value


def _filled(block: Block, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object of which all is known: what no rule tells is nothing."""
    found = {name: None if _hides(held) else held for name, held in values.items()}
    for name, nested in block.blocks.items():
        held = values.get(name)
        if isinstance(held, list):
            found[name] = [_filled(nested.block, one) for one in held]
    return found


@dataclass(frozen=True)
class Terraform:
    """Terraform in a folder, over a cloud."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> bytes:
        """Run it to its end and return what it wrote."""
        done = subprocess.run(
            [program.found(), *arguments],
            cwd=self.folder, env=dict(self.environment), capture_output=True, check=False,
            timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        return done.stdout

    def apply(self, *more: str) -> None:
        """Make what the code says."""
        self.run("apply", "-auto-approve", "-input=false", "-no-color", *more)

    def plan(self, *more: str) -> bytes:
        """Plan into `plan.bin` and return the plan as JSON."""
        self.run("plan", "-input=false", "-no-color", "-out=plan.bin", *more)
        return self.run("show", "-json", "plan.bin")

    @property
    def state(self) -> bytes:
        """What it keeps of what it made."""
        return (self.folder / "terraform.tfstate").read_bytes()


@contextmanager
def terraform(cloud: Cloud, folder: Path, *others: Cloud) -> Iterator[Terraform]:
    """Yield Terraform in a folder, with clouds that answer until the end of the block."""
    (folder / "none").mkdir(parents=True)
    settings = folder / "none" / "settings.tfrc"
    settings.write_text("disable_checkpoint = true\n")
    with ExitStack() as stack:
        served = {one.source: stack.enter_context(_served(one)) for one in (cloud, *others)}
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_REATTACH_PROVIDERS": reattached(served),
        }
        yield Terraform(folder, environment)


@contextmanager
def _served(cloud: Cloud) -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(8))
    handlers = {name: _handler(call, name, cloud) for name, call in _MADE.items()}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()


def _handler(call: Call, name: str, cloud: Cloud) -> Any:  # noqa: ANN401 - the library has no types
    def behave(request: Mapping[str, Any], context: Any) -> Mapping[str, object]:  # noqa: ANN401
        return cloud.answer(context.peer(), name, request)

    return grpc.unary_unary_rpc_method_handler(
        behave,
        request_deserializer=lambda content: decode(call.request, content),
        response_serializer=lambda values: encode(call.response, values),
    )
