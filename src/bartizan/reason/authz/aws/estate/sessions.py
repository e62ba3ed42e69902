# SPDX-License-Identifier: Apache-2.0
"""Session policies that stand in the estate, beside what starts sessions of a role.

A session has what its role's policies and its session policy both allow.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
"""

import json
import re

from msgspec import structs

from bartizan.errors import PolicyError
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Workload
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.documents import Documents
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.request import Attached

FILE_USER = "AWS::Transfer::User"
"""Kind of a user of a file server, whose session policies have variables of their own."""

_VARIABLE = re.compile(r"\$\{\s*transfer:(\w+)\s*\}", re.IGNORECASE)
_SPECIAL = re.compile(r"[*?$]")


class Sessions:
    """Finds the session policies of a caller."""

    def __init__(self, facts: Facts, documents: Documents) -> None:
        self._documents = documents
        self._users = {row.arn: row for row in facts.rows(Workload) if row.kind == FILE_USER}

    def policies(self, principal: str) -> tuple[Attached, ...] | None:
        """Return what limits the session that `principal` names; None for no limit."""
        starter = caller.parse(principal).started_by
        held = self._documents.of(starter, "session") if starter else ()
        user = self._users.get(starter)
        return tuple(self._filled(policy, user) if user else policy for policy in held) or None

    def _filled(self, policy: Attached, user: Workload) -> Attached:
        """Put what is known of a user of a file server in the place of its variables.

        Source: https://docs.aws.amazon.com/transfer/latest/userguide/users-policies-session.html
        """
        row = self._documents.policies.get(policy.id)
        text = row.document if row is not None else None
        if policy.document is None or text is None or not _VARIABLE.search(text):
            return policy
        values = _variables(user)
        names = {name.lower() for name in _VARIABLE.findall(text)}
        if unknown := sorted(names - set(values)):
            missing = ", ".join(
                f"behaviour:`${{transfer:{name}}}` for {user.arn}" for name in unknown
            )
            return Attached(id=policy.id, document=None, missing=missing)
        filled = _VARIABLE.sub(lambda found: values[found[1].lower()], text)
        try:
            return structs.replace(policy, document=read(filled, name="policy", type="session"))
        except PolicyError as error:
            missing = f"document of {policy.id}: {error}"
            return Attached(id=policy.id, document=None, missing=missing)


def _variables(user: Workload) -> dict[str, str]:
    """Return the variables that are certain, as they stand in a JSON string of a policy.

    What those of the home directory are for a user with logical directories is not documented.
    """
    values = {"username": user.name}
    home = user.related.get("home", "").strip("/")
    if home and not any(tie.startswith("directory:") for tie in user.related):
        bucket, _, folder = home.partition("/")
        values |= {"homedirectory": home, "homebucket": bucket, "homefolder": folder}
    return {name: _literal(value) for name, value in values.items()}


def _literal(value: str) -> str:
    """Write a value so that no part of it is a wildcard, a variable, or the end of a string."""
    return json.dumps(_SPECIAL.sub(lambda found: f"${{{found[0]}}}", value))[1:-1]
