# SPDX-License-Identifier: Apache-2.0
"""Policy documents for the check of policies, from statements as they are written."""

import json
from typing import Any

from bartizan.model.policy_check import CheckedPolicy, PolicyFinding
from bartizan.reason.authz.aws.check.checker import check

OBJECT = "arn:aws:s3:::b/*"


def document(example: str) -> bytes:
    """Return a whole document: the example itself, or one around its statements."""
    whole = example.startswith(('{"Version"', "\udcff"))
    text = example if whole else f'{{"Version": "2012-10-17", "Statement": {example}}}'
    return text.encode(errors="surrogateescape")


def statement(**elements: Any) -> dict[str, Any]:  # noqa: ANN401 - elements of a policy
    """Return a plain statement with other or more elements; None takes one away."""
    plain = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECT}
    return {name: value for name, value in (plain | elements).items() if value is not None}


def checked(*statements: dict[str, Any], kind: str = "identity", **top: Any) -> CheckedPolicy:  # noqa: ANN401 - as above
    """Check a document of statements."""
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)} | top)
    return check(text.encode(), name="p.json", kind=kind)


def found(*statements: dict[str, Any], rule: str, kind: str = "identity") -> list[PolicyFinding]:
    """Return what one rule finds in a document of statements."""
    return [one for one in checked(*statements, kind=kind).findings if one.rule == rule]
