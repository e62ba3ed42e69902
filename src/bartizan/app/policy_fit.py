# SPDX-License-Identifier: Apache-2.0
"""Propose a policy that allows what was used, within an old one."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bartizan.app import wiring
from bartizan.app.policy_file import document_text
from bartizan.errors import UsageError
from bartizan.model.rewrite import Fitted
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.rewrite.fit import fit
from bartizan.reason.authz.aws.usage.evidence import Claim

TYPES = ("identity", "boundary")
"""Types of policies that say what one principal may do."""

MANAGEMENT, DATA = "management", "data:"


def policy_fit(
    place: Path,
    used: Sequence[Path],
    *,
    principals: Sequence[str],
    logged: Iterable[str],
    days: int,
    kind: str,
) -> Fitted:
    """Narrow the policy at `place` to what the files `used` show in use.

    Raises:
        InputError: a file cannot be read.
        PolicyError: it is no policy document.
        UsageError: `logged` or `principals` make no sense.
    """
    claim = _claim(principals, logged, days)
    use = wiring.observed(used, principals=principals)
    return fit(document_text(place), use, claim, name=str(place), type=kind)


def _claim(principals: Sequence[str], logged: Iterable[str], days: int) -> Claim:
    management, data = False, set()
    for one in logged:
        service = one.removeprefix(DATA).lower()
        if one == MANAGEMENT:
            management = True
        elif one.startswith(DATA) and service in catalogue.services():
            data.add(service)
        else:
            hint = "write `management`, or `data:` and a service, as in `data:s3`"
            raise UsageError(f"no kind of events: `{one}`", hint=hint)
    for arn in principals:
        if not arn.startswith("arn:") or (":role/" not in arn and ":user/" not in arn):
            hint = "give the ARN of a role or a user, not of a session"
            raise UsageError(f"no role or user: `{arn}`", hint=hint)
    return Claim(
        principals=tuple(principals), management=management, data=frozenset(data), days=days
    )
