# SPDX-License-Identifier: Apache-2.0
"""Which actions are calls of their own, and what else an action needs.

The table ships with the package and is read once, when first asked; that is the only reading
here. It is compiled by tools/usage.py.
"""

import gzip
import json
from functools import cache
from importlib import resources
from typing import Any

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.catalogue import Action


@cache
def _table() -> dict[str, Any]:
    packed = resources.files("bartizan.reason.authz.aws.data").joinpath("usage.json.gz")
    table: dict[str, Any] = json.loads(gzip.decompress(packed.read_bytes()))
    return table


@cache
def _without_call(service: str) -> frozenset[str]:
    return frozenset(_table()["without_call"].get(service, ()))


def is_call(action: Action) -> bool:
    """Return whether an operation of the service is named like the action. One that is no call,
    like `iam:PassRole`, is asked for within other calls and leaves no trace of its own
    (section "Things to know about last accessed information" of
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html).
    """
    return action.name not in _without_call(action.service)


@cache
def needs(action: Action) -> tuple[Action, ...]:
    """Return what a call for `action` may need besides (column "Dependent actions" of
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
    """
    named = (catalogue.action(name) for name in _table()["needs"].get(str(action), ()))
    return tuple(one for one in named if one is not None)
