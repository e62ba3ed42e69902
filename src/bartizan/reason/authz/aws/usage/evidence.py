# SPDX-License-Identifier: Apache-2.0
"""What the evidence says about one action: it was used, it was not, or nobody can tell.

Not used is said only where every use would have left a trace in something that was read, over
long enough. All else that was not seen in use is not covered.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeAlias

from msgspec import Struct

from bartizan.model.arn import account_of
from bartizan.model.usage import Advice, Call, ServiceUse, Use, is_of
from bartizan.reason.authz.aws.catalogue import Action, action
from bartizan.reason.authz.aws.usage.event import actions_of, service_of
from bartizan.reason.authz.aws.usage.logged import SERVICES, shows
from bartizan.reason.authz.aws.usage.reference import is_call

TRACKED = 400
"""Days that a report of what was last accessed reaches back at the least, but where a Region came
later (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html).
"""


class Used(Struct, frozen=True):
    """It was seen in use."""

    how: str


class Unused(Struct, frozen=True):
    """Every use would have been seen, and none was."""

    evidence: str


class Uncovered(Struct, frozen=True):
    """What was read does not tell."""

    why: str


Finding: TypeAlias = Used | Unused | Uncovered


class Claim(Struct, frozen=True, kw_only=True):
    """What the user vouches for, since no log says of itself that it is whole."""

    principals: tuple[str, ...] = ()
    """Whose policy it is; without them logs show use only."""
    management: bool = False
    """The logs hold all management events of the principals' accounts, in all regions."""
    data: frozenset[str] = frozenset()
    """Prefixes of the services of which they hold all data events."""
    days: int = 90
    """Days that evidence must span."""


class Evidence:
    """All evidence, made ready to be asked about one action after the other."""

    __slots__ = ("_advice", "_claim", "_days", "_logged", "_seen", "_span", "unmapped")

    def __init__(self, use: Use, claim: Claim) -> None:
        self._claim = claim
        self._seen: dict[str, str] = {}
        self.unmapped: dict[str, list[Call]] = {}
        """Service, or nothing where not even that is known, to calls that stand for no action."""
        for call in use.logs.calls:
            if not claim.principals or is_of(call.principal, claim.principals):
                self._add(call)
        self._advice = [one for one in use.advice if _is_about(one, claim.principals)]
        for advice in use.advice:
            self._add_advice(advice)
        accounts = {account_of(one) for one in claim.principals}
        each = [use.logs.days.get(account, frozenset()) for account in sorted(accounts)]
        common = sorted(frozenset.intersection(*each)) if each else []
        self._days = len(common)
        self._span = f"{common[0]} to {common[-1]}" if common else ""
        regions = len(use.logs.regions)
        self._logged = f"{len(common)} days with events, {regions} region{'s' * (regions != 1)}"

    def _add(self, call: Call) -> None:
        found = actions_of(call.source, call.name)
        if not found:
            self.unmapped.setdefault(service_of(call.source), []).append(call)
        for one in found:
            how = f"seen as {call.name}, last on {call.last}"
            self._seen.setdefault(str(one), how)

    def _add_advice(self, advice: Advice) -> None:
        for service in advice.services:
            for name, last in service.actions.items():
                found = action(f"{service.service}:{name}")
                if last and found is not None:
                    self._seen.setdefault(str(found), f"last accessed on {last}")

    def coverage(self, use: Use) -> tuple[str, ...]:
        """Say what was read and how far it goes."""
        said = []
        if use.logs.events:
            span = f", {self._span}" if self._span else ""
            kinds = ["management"] * self._claim.management
            kinds += [f"data of {service}" for service in sorted(self._claim.data)]
            whole = f"vouched for: {', '.join(kinds)}" if kinds else "not said to be whole"
            said.append(f"logs of {use.logs.events} events{span} ({self._logged}), {whole}")
        for advice in use.advice:
            about = "" if advice in self._advice else ", not of these principals"
            said.append(
                f"report of {len(advice.services)} services last accessed, {advice.until}{about}"
            )
        return tuple(said)

    def used(self) -> frozenset[str]:
        """Name all actions that were seen in use, whatever allows them."""
        return frozenset(self._seen)

    def find(self, one: Action) -> Finding:
        """Say what is known of the use of an action."""
        how = self._seen.get(str(one))
        if how is not None:
            return Used(how)
        if one.service in self.unmapped:
            names = sorted({call.name for call in self.unmapped[one.service]})
            return Uncovered(f"calls that stand for no known action: {', '.join(names[:5])}")
        return self._by_advice(one) or self._by_logs(one)

    def _by_advice(self, one: Action) -> Unused | None:
        """Return that reports of what was last accessed show no use, where they do."""
        if self._claim.days > TRACKED or not is_call(one):
            return None
        if len(self._advice) < max(1, len(self._claim.principals)):
            # One report is about one principal, and says nothing of the others.
            return None
        found = [_unused(advice, one) for advice in self._advice]
        first = found[0]
        return first if first is not None and all(found) else None

    def _by_logs(self, one: Action) -> Unused | Uncovered:
        """Say whether logs would show every use."""
        why = self._not_logged(one)
        if why:
            return Uncovered(why)
        return Unused(f"no event from {self._span} ({self._logged})")

    def _not_logged(self, one: Action) -> str:
        """Return why a use might not show in the logs; empty where it would."""
        claim = self._claim
        managed, data = shows(one, data=False), shows(one, data=True)
        reasons = (
            (not claim.principals, "no principal was named whose absence from logs could tell"),
            (
                one.service not in SERVICES,
                f"it is not known which calls of {one.service} are logged",
            ),
            (not managed and not data, "not every use of it is an event of its own"),
            (
                data and one.service not in claim.data,
                f"data events of {one.service} are not said to be logged",
            ),
            (
                managed and not claim.management,
                "management events are not said to be logged",
            ),
            (self._days < claim.days, f"logs of {self._days} days, {claim.days} are asked for"),
        )
        return next((why for holds, why in reasons if holds), "")


def _is_about(advice: Advice, principals: Iterable[str]) -> bool:
    """Return whether a report can be of these principals: where it names others, it is not."""
    wanted = tuple(principals)
    named = {name for service in advice.services for name in service.entities}
    return not wanted or all(is_of(name, wanted) for name in named)


def _unused(advice: Advice, one: Action) -> Unused | None:
    """Return that one report shows no use, where it does."""
    until = date.fromisoformat(advice.until)
    span = f"{until - timedelta(days=TRACKED)} to {until}"
    for service in advice.services:
        if service.service == one.service and _never(service, one):
            what = "action" if service.last else "service"
            return Unused(f"{what} not accessed from {span}, says the report")
    return None


def _never(service: ServiceUse, one: Action) -> bool:
    """Return whether the report covers the action and shows no attempt: none on the whole
    service, or the action is one of those that are tracked.
    """
    if not service.last and not any(service.actions.values()):
        return True
    tracked = {name.lower(): last for name, last in service.actions.items()}
    return tracked.get(one.name.lower()) == ""
