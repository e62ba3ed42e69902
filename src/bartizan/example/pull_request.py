# SPDX-License-Identifier: Apache-2.0
"""Changes of the example organisation as its people propose them: code, and the plan of it."""

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path

from msgspec import Struct

from bartizan.example.description import Part, fill

_FOLDER = "change"


class PullRequest(Struct, frozen=True, kw_only=True):
    """One change, with the ids of an example that was built."""

    name: str
    code: Path
    """The folder of its code."""
    plan: Path
    """What Terraform plans of that code."""


def names() -> tuple[str, ...]:
    """Return the names of all changes, sorted."""
    return tuple(sorted(one.name for one in _folder().iterdir() if one.is_dir()))


def code(name: str, called: Mapping[str, str]) -> str:
    """Return the code of a change; `called` says what names stand for, as `Planted` does."""
    text = (_folder() / name / "main.tf").read_text(encoding="utf-8")
    return str(fill(text, called))


def plan(name: str, called: Mapping[str, str]) -> Part:
    """Return the plan of a change, kept so that showing it needs no Terraform; `called` says what
    names stand for, as `Planted` does.
    """
    kept = json.loads((_folder() / name / "plan.json").read_text(encoding="utf-8"))
    filled: Part = fill(kept, called)
    return filled


def written(place: Path, called: Mapping[str, str]) -> Iterator[PullRequest]:
    """Write all changes below a folder, and yield them.

    Raises:
        OSError: they cannot be written.
    """
    for name in names():
        folder = place / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "main.tf").write_text(code(name, called), encoding="utf-8")
        planned = place / f"{name}.json"
        planned.write_text(json.dumps(plan(name, called)), encoding="utf-8")
        yield PullRequest(name=name, code=folder, plan=planned)


def differences(found: Mapping[str, Part], expected: Part) -> Iterator[str]:
    """Yield one line for each change that is not judged as expected; `found` says of each name
    its `judgement`, the `techniques` of its new paths, and whether it was `mended`.
    """
    for wanted in expected["change"]:
        told = {key: found[wanted["id"]][key] for key in ("judgement", "techniques", "mended")}
        if told != {key: wanted[key] for key in told}:
            yield f"the change `{wanted['id']}` was not judged so"


def _folder() -> resources.abc.Traversable:
    return resources.files("bartizan.example") / _FOLDER
