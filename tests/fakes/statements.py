# SPDX-License-Identifier: Apache-2.0
"""Statements of policies, as short as they can be written."""

from collections.abc import Mapping, Sequence
from typing import Any

FULL = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]

Statements = Sequence[Mapping[str, Any]]


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - elements of a policy
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    return {**allow(action, resource, **more), "Effect": "Deny"}


def trusts(principal: object, action: str = "sts:AssumeRole", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}
