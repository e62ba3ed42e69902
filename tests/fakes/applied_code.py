# SPDX-License-Identifier: Apache-2.0
"""A folder of code, applied by Terraform itself over clouds of our own."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bartizan.sources.terraform.provider.made import MARK
from bartizan.sources.terraform.provider.tree import Tree
from tests.fakes.terraform_cloud import Cloud, terraform

_BUILT_IN = "terraform.io/builtin/terraform"
_TOKEN = re.compile(rf"{MARK}[\w-]+")
_READ = re.compile(r"\.(\w+)")
_HERE = 'terraform {\n  backend "local" {}\n}\n'


_NOT_AT_ONCE = ("Invalid count argument", "Invalid for_each argument", 'Call to function "file')
"""What Terraform says of code that needs a build, or to be applied part by part."""


def applied(tree: Tree, top: Path, copy: Path, *, place: str) -> dict[str, Any] | None:
    """Apply a copy of `top`, in which a tree of code lies, and return the state; None where it
    cannot be applied at once. `place` is where the objects of AWS lie. What the code reads of an
    object, and no rule tells, is made up.
    """
    shutil.copytree(top, copy)
    folder = copy / tree.root.relative_to(top.resolve())
    (folder / "zz_override.tf").write_text(_HERE)
    read = frozenset(
        name for path in copy.rglob("*.tf") for name in _READ.findall(path.read_text("utf-8"))
    )
    clouds = [
        Cloud(
            tuple(type_ for type_, data in types if not data),
            place=place,
            source=source,
            data=tuple(type_ for type_, data in types if data),
            read=read,
        )
        for source, types in tree.providers().items()
        if source != _BUILT_IN
    ]
    with terraform(clouds[0], folder, *clouds[1:]) as program:
        program.run("init", "-input=false", "-no-color")
        try:
            program.apply()
        except AssertionError as error:
            if any(reason in str(error) for reason in _NOT_AT_ONCE):
                return None
            raise
        state: dict[str, Any] = json.loads(program.state)
    return state


def renamed(state: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    """Return a state in which what stands for ids that only AWS makes up is as in the plan."""
    after = {one["address"]: one["change"]["after"] or {} for one in plan["resource_changes"]}
    names: dict[str, str] = {}
    for address, values in _instances(state):
        for name, value in values.items():
            planned = after.get(address, {}).get(name)
            if isinstance(value, str) and isinstance(planned, str):
                ours, theirs = _TOKEN.findall(value), _TOKEN.findall(planned)
                if len(ours) == len(theirs) == 1:
                    names.setdefault(ours[0], theirs[0])
    return _TOKEN.sub(lambda found: names.get(found[0], found[0]), json.dumps(state))


def _instances(state: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in state["resources"]:
        own = f"{one['type']}.{one['name']}"
        within = f"{one['module']}." if "module" in one else ""
        for instance in one["instances"]:
            key = instance.get("index_key")
            index = "" if key is None else f"[{json.dumps(key)}]"
            if one["mode"] == "managed":
                yield f"{within}{own}{index}", instance["attributes"]
