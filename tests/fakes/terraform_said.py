# SPDX-License-Identifier: Apache-2.0
"""What Terraform itself says to expressions, and our evaluator in the same words."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from bartizan.sources.terraform.evaluator.datum import Datum, RefusedError
from bartizan.sources.terraform.evaluator.elements import unmarked
from bartizan.sources.terraform.evaluator.functions.json_text import json_of
from bartizan.sources.terraform.evaluator.functions.place import Place
from bartizan.sources.terraform.evaluator.kind import Collection, Kind, Object, Primitive, Tuple
from tests.fakes.terraform_node import Node

REFUSED, UNKNOWN = "refused", "unknown"

FILES = {
    "a.txt": b"hello\n",
    "sub/b.json": b'{"a": [1, null]}',
    "sub/deep/c.txt": b"x",
    "sub/.hidden": b"",
    "bin.dat": b"\xff\xfe",
}


def asked(nodes: Sequence[Node], folder: Path) -> list[dict[str, Any]]:
    """Return what Terraform says to expressions: `value`, `kind` as its JSON has types, `marks`;
    `UNKNOWN` where it does not know, and `REFUSED` where it refuses.
    """
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    outputs = "\n".join(
        f'output "c{place}" {{\n  sensitive = true\n  value = {_told(one.code)}\n}}'
        for place, one in enumerate(nodes)
    )
    (folder / "main.tf").write_text(outputs, encoding="utf-8")
    program = shutil.which("terraform") or "terraform"
    ours = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(
        [program, "plan", "-no-color", "-input=false", "-out=plan", "-parallelism=2"],
        cwd=folder, env=ours, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    shown = subprocess.run(
        [program, "show", "-json", "plan"],
        cwd=folder, env=ours, capture_output=True, check=True,
    )  # fmt: skip
    found = json.loads(shown.stdout, parse_float=Decimal, parse_int=Decimal)
    outputs_of = found["planned_values"]["outputs"]
    return [_said(outputs_of.get(f"c{place}", {})) for place in range(len(nodes))]


def _told(code: str) -> str:
    """Return code for all that is asked about an expression."""
    marks = f"[for x in nonsensitive({code}) : issensitive(x)]"
    told = f"j = jsonencode({code}), v = {code}, s = issensitive({code}), p = try({marks}, [])"
    return f'try({{ {told} }}, "{REFUSED}")'


def _said(output: Mapping[str, Any]) -> dict[str, Any]:
    if output.get("type") == "string" and output.get("value") == REFUSED:
        return {"value": REFUSED}
    held = output.get("value") or {}
    if "v" not in held or "type" not in output:
        return {"value": UNKNOWN}
    return {
        "value": _exact(held["v"]),
        "json": held.get("j"),
        "kind": _sorted(output["type"][1]["v"]),
        "marked": held.get("s"),
        "parts": held.get("p"),
    }


def _sorted(kind: Any) -> Any:  # noqa: ANN401 - JSON
    return json.loads(json.dumps(kind, sort_keys=True))


def _exact(held: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(held, Decimal):
        return Fraction(held)
    if isinstance(held, list):
        return [_exact(one) for one in held]
    if isinstance(held, dict):
        return {name: _exact(one) for name, one in held.items()}
    return held


def answered(node: Node, place: Place) -> dict[str, Any]:
    """Return what our evaluator says, in the same form."""
    try:
        found = node.answer(place)
    except RefusedError:
        return {"value": REFUSED}
    printed = json_of(unmarked(found))
    if not found.wholly_known or printed is None:
        return {"value": UNKNOWN}
    return {
        "value": value_of(unmarked(found)),
        "json": printed,
        "kind": kind_of(found.kind),
        "marked": found.sensitive,
        "parts": [one.sensitive for one in found.parts()],
    }


def value_of(datum: Datum) -> Any:  # noqa: ANN401 - JSON
    if isinstance(datum.value, tuple):
        return [value_of(one) for one in datum.value]
    if isinstance(datum.value, Mapping):
        return {name: value_of(one) for name, one in datum.value.items()}
    return datum.value


def kind_of(kind: Kind) -> Any:  # noqa: ANN401 - JSON
    match kind:
        case Primitive(name=name):
            return name
        case Collection(name=name, element=element):
            return [name, kind_of(element)]
        case Tuple(elements=elements):
            return ["tuple", [kind_of(one) for one in elements]]
        case Object(attributes=attributes):
            return ["object", {name: kind_of(one) for name, one in attributes}]
