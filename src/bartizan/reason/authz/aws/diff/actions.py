# SPDX-License-Identifier: Apache-2.0
"""Parts all actions, known and unknown, by which statements speak of them.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.diff.effort import Effort
from bartizan.reason.authz.aws.diff.glob import Pattern, globbed, joined, spell
from bartizan.reason.authz.aws.diff.region import Region
from bartizan.reason.authz.aws.policy.wildcard import glob

_WHOLE = frozenset({"*", "*:*"})
_LATE = "\U0010ffff"
_SHOWN = ("ec2:runinstances", "iam:createuser", "s3:getobject")
"""Actions of services that no policy mentions, as examples of them all."""


@dataclass(frozen=True, slots=True)
class Part:
    """Actions that the same statements speak of."""

    names: tuple[str, ...]
    """Known actions, or those that a policy spells out, in lower case; empty where open."""
    open: Pattern | None
    """What other actions look like, which the catalogue does not have; then statements may still
    tell them apart."""
    speaking: frozenset[Region]
    """The statements that speak of the named ones, or may speak of the open ones."""


class Actions:
    """The actions as the statements of one comparison part them."""

    def __init__(
        self,
        regions: Iterable[Region],
        services: Iterable[str],
        effort: Effort,
        *,
        only: frozenset[str] | None = None,
    ) -> None:
        """Take `services` too, beside those of the statements; with `only` no others."""
        self._regions = tuple(regions)
        self._effort = effort
        patterns = {pattern for region in self._regions for pattern in region.actions}
        self._wild = {p for p in patterns if _is_wild(_service(p))}
        spelled = {_service(p) for p in patterns} - {_service(p) for p in self._wild}
        mentioned = spelled | {one for one in services if one}
        self._only = only
        self._mentioned = sorted(mentioned if only is None else mentioned & only)
        self._masks: dict[tuple[Region, str], int] = {}

    def parts(self, focus: Sequence[Region]) -> Iterator[Part]:
        """Yield the parts of what all of `focus` speak of, known actions first."""
        known: dict[frozenset[Region], list[str]] = {}
        reached = [one for one in self._mentioned if self._touches(focus, one)]
        beyond = all(r.excluded or any(p in self._wild for p in r.actions) for r in focus)
        simple = self._wild <= _WHOLE and self._only is None
        every = catalogue.services() if self._only is None else self._only
        rest = sorted(every - set(reached)) if beyond and not simple else []
        for service in (*reached, *rest):
            for speaking, names in self._of_service(service, focus):
                known.setdefault(speaking, []).extend(names)
        if beyond and simple:
            speaking = frozenset(r for r in self._regions if r.excluded is not _is_whole(r))
            if speaking.issuperset(focus):
                shown = [n for n in _SHOWN if _service(n) not in self._mentioned]
                known.setdefault(speaking, []).extend(shown)
        for speaking, names in known.items():
            yield Part(tuple(names), None, speaking)
        for service in (*reached, *(rest if self._only is not None else ())):
            if all(self._is_open(region, service) for region in focus):
                yield self._open(
                    joined((spell(f"{service}:"), globbed("?*", barred=":"))), service
                )
        if beyond and self._only is None:
            name = globbed("?*", barred=":")
            yield self._open(joined((name, spell(":"), name)), "")

    def _open(self, pattern: Pattern, service: str) -> Part:
        speaking = frozenset(r for r in self._regions if not service or self._is_open(r, service))
        return Part((), pattern, speaking)

    def _is_open(self, region: Region, service: str) -> bool:
        """Return whether a statement may speak of actions of `service` that nobody spells out;
        of other services, where that is empty.
        """
        if region.excluded:
            return True
        if not service:
            return any(pattern in self._wild for pattern in region.actions)
        return any(
            _is_wild(pattern) and (pattern in self._wild or _service(pattern) == service)
            for pattern in region.actions
        )

    def _touches(self, focus: Sequence[Region], service: str) -> bool:
        return all(
            region.excluded
            or any(p in self._wild or _service(p) == service for p in region.actions)
            for region in focus
        )

    def _of_service(
        self, service: str, focus: Sequence[Region]
    ) -> Iterator[tuple[frozenset[Region], list[str]]]:
        """Yield the classes of the actions of one service that `focus` speaks of."""
        names = self._names(service)
        within = (1 << len(names)) - 1
        for region in focus:
            within &= self._mask(region, service)
        if not within:
            return
        classes = {within: frozenset[Region]()}
        for region in self._regions:
            mask = self._mask(region, service)
            if not mask & within:
                continue
            self._effort.spend(len(classes))
            after: dict[int, frozenset[Region]] = {}
            for actions, speaking in classes.items():
                if actions & mask:
                    after[actions & mask] = speaking | {region}
                if actions & ~mask:
                    after[actions & ~mask] = speaking
            classes = after
        for actions, speaking in classes.items():
            yield speaking, [name for at, name in enumerate(names) if actions >> at & 1]

    def _names(self, service: str) -> tuple[str, ...]:
        """Return the known actions of a service and those that the policies spell."""
        known = _known(service)
        spelled = {
            pattern
            for region in self._regions
            for pattern in region.actions
            if _service(pattern) == service and not _is_wild(pattern)
        }
        return known if spelled <= set(known) else tuple(sorted({*known, *spelled}))

    def _mask(self, region: Region, service: str) -> int:
        """Return the actions of a service that a statement covers, as bits."""
        asked = (region, service)
        if asked not in self._masks:
            names = self._names(service)
            found = 0
            for pattern in region.actions:
                if pattern in self._wild or _service(pattern) == service:
                    found |= self._bits(pattern, names)
            self._masks[asked] = found ^ ((1 << len(names)) - 1) if region.excluded else found
        return self._masks[asked]

    def _bits(self, pattern: str, names: tuple[str, ...]) -> int:
        head = pattern.partition("*")[0].partition("?")[0]
        low, high = bisect_left(names, head), bisect_left(names, head + _LATE)
        self._effort.spend(1 + (high - low) // 8)
        if head == pattern:
            return 1 << low if low < len(names) and names[low] == pattern else 0
        if pattern == f"{head}*":
            return (1 << high) - (1 << low)
        matches = glob(pattern)
        return sum(1 << at for at in range(low, high) if matches(names[at]))


def _service(pattern: str) -> str:
    """Return the service of a pattern, or the pattern where it has none."""
    return pattern.partition(":")[0]


def _is_wild(text: str) -> bool:
    return "*" in text or "?" in text


def _is_whole(region: Region) -> bool:
    return any(pattern in _WHOLE for pattern in region.actions)


@lru_cache(1 << 10)
def _known(service: str) -> tuple[str, ...]:
    return tuple(sorted(str(one).lower() for one in catalogue.expand(f"{service}:*")))


def spelled_services(resources: Iterable[str]) -> Mapping[str, None]:
    """Return the services that ARNs name."""
    found = (arn.split(":", 3)[2] for arn in resources if arn.count(":") > 2)  # noqa: PLR2004 - the service segment
    return dict.fromkeys(one.lower() for one in found if one and not _is_wild(one))
