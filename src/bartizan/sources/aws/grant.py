# SPDX-License-Identifier: Apache-2.0
"""The permissions that the calls of the table take: as policies, and as roles to deploy."""

import json
import re
from collections.abc import Iterable

from bartizan.sources.aws.call import Call
from bartizan.sources.aws.order import action

_VERB = re.compile(r"[A-Z][a-z]+")


def session_policy(calls: Iterable[Call]) -> str:
    """Return the policy that cuts a session down to reading."""
    patterns = sorted({_pattern(action(call)) for call in calls})
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": patterns, "Resource": "*"}],
    }
    return json.dumps(document, separators=(",", ":"))


def _pattern(permission: str) -> str:
    service, _, name = permission.partition(":")
    verb = _VERB.match(name)
    return f"{service}:{verb.group()}*" if verb else permission
