# SPDX-License-Identifier: Apache-2.0
"""Policy documents as text and as values, from statements as they are written."""

import json
from collections.abc import Mapping
from typing import Any

from bartizan.reason.authz.aws.policy.document import Document
from bartizan.reason.authz.aws.policy.read import read


def text(*statements: Mapping[str, Any], **top: object) -> str:
    """Return the text of a document of version 2012-10-17."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **top})


def parsed(*statements: Mapping[str, Any], **top: object) -> Document:
    """Return a document of version 2012-10-17."""
    return read(text(*statements, **top), name="p.json")
