# SPDX-License-Identifier: Apache-2.0
"""Policy documents of generated organisations, as short as they can be written.

Templates hold `@A@`, the account, `@B@`, its neighbour, `@M@`, the management account, `@S@`, the
account that audits, `@P@`, the one that deploys, and `@N@`, a name; `Member.fill` fills them.
"""

import json
from typing import Any

Statement = dict[str, Any]


def document(*statements: Statement) -> str:
    """Write statements as a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))


def allow(action: str | list[str], resource: str | list[str] = "*", **more: object) -> Statement:
    """Write a statement that allows; `more` are other elements."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: object) -> Statement:
    """Write a statement that denies."""
    return {**allow(action, resource, **more), "Effect": "Deny"}


def trusts(
    principal: object, action: str | list[str] = "sts:AssumeRole", **more: object
) -> Statement:
    """Write a statement of a trust policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def lets(principal: object, action: str | list[str], resource: str, **more: object) -> Statement:
    """Write a statement of a resource policy."""
    return {**trusts(principal, action, **more), "Resource": resource}


def when(**tests: object) -> Statement:
    """Write conditions: `when(Bool={"aws:SecureTransport": "false"})`."""
    return {"Condition": tests}


def service(name: str) -> str:
    """Write a document that trusts a service: `lambda`."""
    return document(trusts({"Service": f"{name}.amazonaws.com"}))
