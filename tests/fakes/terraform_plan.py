# SPDX-License-Identifier: Apache-2.0
"""Plans as `terraform show -json` writes them, from short descriptions."""

import json
from collections.abc import Collection, Mapping
from itertools import zip_longest
from typing import Any

ACCOUNT = "111111111111"
REGION = "eu-west-1"
PROVIDER = "registry.terraform.io/hashicorp/aws"

Described = dict[str, Any]


def change(
    address: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    unknown: Mapping[str, Any] | None = None,
    sensitive: Mapping[str, Any] | None = None,
    actions: tuple[str, ...] = (),
    **more: object,
) -> Described:
    """Describe a change; what is done follows from what is before and after, unless it is told.
    `computed` names the arguments that the code does not write, and `refers` says for some of
    them what their code refers to.
    """
    told = {
        (False, True): ["create"],
        (True, False): ["delete"],
        (True, True): ["update"],
        (False, False): ["no-op"],
    }[before is not None, after is not None]
    kind = address.rsplit(".", 2)[-2]
    return {
        "address": address,
        "mode": "data" if ".data." in f".{address}" else "managed",
        "type": kind,
        "name": address.rsplit(".", 1)[-1].partition("[")[0],
        "provider_name": PROVIDER,
        **{key: value for key, value in more.items() if key != "importing"},
        "change": {
            "actions": list(actions) or told,
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            "before_sensitive": {},
            "after_sensitive": sensitive or {},
            **({"importing": more["importing"]} if "importing" in more else {}),
        },
    }


def _block(one: Described) -> Described:
    """Return the code of a change, in which all is written that is not said to be computed."""
    held = one["change"]
    code = _expressions(held["after"], held["after_unknown"], one.get("computed", ()))
    refers = one.get("refers", {})
    return {
        "address": one["address"].partition("[")[0],
        "provider_config_key": "aws",
        "expressions": code | {name: told for name, told in refers.items() if name in code},
    }


def _expressions(after: Any, unknown: Any, computed: Collection[str] = ()) -> Described:  # noqa: ANN401 - JSON
    """Return the code of values, in which lists of objects are blocks."""
    known, hidden = (held if isinstance(held, dict) else {} for held in (after, unknown))
    found: Described = {}
    for name in sorted({*known, *hidden} - set(computed)):
        blocks = [
            one if isinstance(one, list) else [] for one in (known.get(name), hidden.get(name))
        ]
        pairs = list(zip_longest(*blocks))
        inside = any(isinstance(one, dict) for pair in pairs for one in pair)
        found[name] = [_expressions(*pair) for pair in pairs] if inside else {}
    return found


def referring(*references: str) -> Described:
    """Return the code of an argument that refers to others, as a plan tells it."""
    return {
        "references": [
            part for one in references for part in (one, one.rpartition(".")[0]) if "." in part
        ]
    }


def plan(*changes: Described, account: str = ACCOUNT, **top: object) -> bytes:
    """Return a plan of changes by one provider, whose account is told where it is not empty."""
    expressions: Described = {"region": {"constant_value": REGION}}
    if account:
        expressions["allowed_account_ids"] = {"constant_value": [account]}
    # What the code no longer holds has no block in it.
    resources = [_block(one) for one in changes if one["change"]["after"] is not None]
    provider = {"name": "aws", "full_name": PROVIDER, "expressions": expressions}
    whole = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": [
            {key: held for key, held in one.items() if key not in ("computed", "refers")}
            for one in changes
        ],
        "configuration": {
            "provider_config": {"aws": provider},
            "root_module": {"resources": resources},
        },
        **top,
    }
    return json.dumps(whole).encode()
