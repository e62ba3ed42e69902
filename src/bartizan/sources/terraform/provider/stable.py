# SPDX-License-Identifier: Apache-2.0
"""A plan as everybody may read it: the same bytes in every run, and nothing of ours in it."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from bartizan.sources.terraform.provider.code import local
from bartizan.sources.terraform.provider.made import END, LETTERS, MARK, Issued
from bartizan.sources.terraform.provider.workspace import OURS, OWN_RESOURCE, UNKNOWN

_TOKEN = re.compile(rf"[0-9a-f]{{{LETTERS}}}{END}")
_LOCAL = re.compile(r"local\.bartizan_[\w-]+")
_LETTERS = re.compile(r"[^A-Za-z0-9]+")

_OWN = (OWN_RESOURCE, UNKNOWN)

_Plan = dict[str, Any]


def stable(content: bytes, issued: Iterable[Issued], named: Iterable[tuple[str, str]]) -> bytes:
    """Return a plan without what is ours in it, and without what differs from run to run: `issued`
    are the stand-ins that were given out, `named` the resources that a local value stands for.
    """
    plan: _Plan = _without_ours(json.loads(content))
    plan.pop("timestamp", None)
    # Terraform lists these in no order.
    plan.get("relevant_attributes", []).sort(key=json.dumps)
    names = _names(plan, issued)
    locals_ = {f"local.{local(*one)}": ".".join(one) for one in named}
    # What `json` indents it writes slowly.
    packed = json.dumps(plan, ensure_ascii=False)
    text = msgspec.json.format(packed, indent=1)
    text = _TOKEN.sub(lambda found: names.get(found.group(), found.group()), text)
    return _LOCAL.sub(lambda found: locals_.get(found.group(), found.group()), text).encode()


def _without_ours(value: Any) -> Any:  # noqa: ANN401 - a plan may hold anything
    if isinstance(value, dict):
        return {name: _without_ours(one) for name, one in value.items() if name not in OURS}
    if isinstance(value, list):
        return [_without_ours(one) for one in value if not _ours(one)]
    return value


def _ours(value: object) -> bool:
    named = [value]
    if isinstance(value, dict):
        named = [value.get("address"), value.get("resource")]
    return any(isinstance(one, str) and one.endswith(_OWN) for one in named)


def _names(plan: _Plan, issued: Iterable[Issued]) -> Mapping[str, str]:
    """Return what stands in for each token in the end: a name that is made of the address."""
    given = {(one.type, one.token): one for one in issued}
    found = {}
    for entry in plan.get("resource_changes", ()):
        after = entry["change"].get("after")
        for value in after.values() if isinstance(after, dict) else ():
            for token in _TOKEN.findall(value) if isinstance(value, str) else ():
                own = given.get((entry["type"], token))
                if own and all(after.get(name) == held for name, held in own.values.items()):
                    found[token] = _named(entry["address"])
    return found


def _named(address: str) -> str:
    digest = hashlib.sha256(address.encode()).hexdigest()[:8]
    return f"{MARK}{_LETTERS.sub('-', address)[-48:].strip('-')}-{digest}"
