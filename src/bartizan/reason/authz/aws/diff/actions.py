# SPDX-License-Identifier: Apache-2.0
"""Parts all actions, known and unknown, by which statements speak of them.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.diff.effort import Effort
from bartizan.reason.authz.aws.diff.glob import Pattern, globbed, joined, spell
from bartizan.reason.authz.aws.diff.region import Region
from bartizan.reason.authz.aws.policy.wildcard import glob

_WHOLE = frozenset({"*", "*:*"})
_NEW = tuple(f"service{number}" for number in ("", *range(1, 20_000)))
"""What a service is called that there is not yet."""
_LATE = "\U0010ffff"
_SHOWN = ("ec2:runinstances", "iam:createuser", "s3:getobject")
"""Actions of services that no policy mentions, as examples of them all."""


class Part(Struct, frozen=True):
    """Actions that the same statements speak of."""

    names: tuple[str, ...]
    """Known actions, or those that a policy spells out, in lower case; empty where open."""
    open: Pattern | None
    """What other actions look like, which the catalogue does not have; then statements may still
    tell them apart."""
    service: str
    """Of the open ones; empty for all services that no statement names."""
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
        self._of: dict[Region, dict[str, tuple[str, ...]]] = {}
        self._wild: set[str] = set()
        self._spelled: dict[str, set[str]] = {}
        for region in self._regions:
            self._index(region)
        mentioned = self._spelled.keys() | {one for one in services if one}
        self._only = only
        self._mentioned = sorted(mentioned if only is None else mentioned & only)
        self._masks: dict[tuple[Region, str], int] = {}
        self._named: dict[str, tuple[str, ...]] = {}

    def _index(self, region: Region) -> None:
        """Sort the patterns of a statement by service; those for any are under the empty one."""
        found: dict[str, list[str]] = {}
        for pattern in region.actions:
            service = _service(pattern)
            if _is_wild(service):
                self._wild.add(pattern)
                service = ""
            else:
                spelled = self._spelled.setdefault(service, set())
                if not _is_wild(pattern):
                    spelled.add(pattern)
            found.setdefault(service, []).append(pattern)
        self._effort.spend(len(region.actions))
        self._of[region] = {service: tuple(some) for service, some in found.items()}

    def parts(self, focus: Sequence[Region], closers: Sequence[Region]) -> Iterator[Part]:
        """Yield the parts of what all of `focus` speak of, and none of `closers`, known actions
        first.
        """
        known: dict[frozenset[Region], list[str]] = {}
        reached = [one for one in self._mentioned if self._touches(focus, one)]
        beyond = self._touches(focus, "")
        simple = self._wild <= _WHOLE and self._only is None
        every = catalogue.services() if self._only is None else self._only
        rest = sorted(every - set(reached)) if beyond and not simple else []
        for service in (*reached, *rest):
            for speaking, names in self._of_service(service, focus, closers):
                known.setdefault(speaking, []).extend(names)
        if beyond and simple:
            speaking = frozenset(r for r in self._regions if r.excluded is not _is_whole(r))
            if speaking.issuperset(focus) and speaking.isdisjoint(closers):
                shown = [n for n in _SHOWN if _service(n) not in self._mentioned]
                known.setdefault(speaking, []).extend(shown)
        for speaking, names in known.items():
            yield Part(tuple(names), None, "", speaking)
        yield from self._open_parts((*reached, *rest), focus, closers)
        if beyond and self._only is None and not self._is_closed("", focus, closers):
            yield self._beyond()

    def _open_parts(
        self, services: Iterable[str], focus: Sequence[Region], closers: Sequence[Region]
    ) -> Iterator[Part]:
        """Yield, for each service, the actions that are neither known nor spelled."""
        for service in services:
            is_open = all(self._is_open(region, service) for region in focus)
            if is_open and not self._is_closed(service, focus, closers):
                name = joined((spell(f"{service}:"), globbed("?*", barred=":")))
                speaking = (r for r in self._regions if self._is_open(r, service))
                yield Part((), name, service, frozenset(speaking))

    def _beyond(self) -> Part:
        """Return the actions of services that neither the catalogue nor a statement names."""
        if all(_service(pattern) == "*" for pattern in self._wild):
            new = next(name for name in _NEW if name not in self._spelled)
            speaking = frozenset(r for r in self._regions if self._is_open(r, new))
            return Part((), joined((spell(f"{new}:"), globbed("?*", barred=":"))), new, speaking)
        name = globbed("?*", barred=":")
        return Part((), joined((name, spell(":"), name)), "", frozenset(self._regions))

    def _patterns(self, region: Region, service: str) -> tuple[str, ...]:
        """Return the patterns of a statement that may speak of a service."""
        of = self._of[region]
        mine = of.get(service, ()) if service else ()
        return mine + of.get("", ())

    def _is_open(self, region: Region, service: str) -> bool:
        """Return whether a statement may speak of actions of `service` that nobody spells."""
        patterns = self._patterns(region, service)
        return region.excluded or any(_is_wild(pattern) for pattern in patterns)

    def _is_closed(self, service: str, focus: Sequence[Region], closers: Sequence[Region]) -> bool:
        """Return whether one of `closers` plainly speaks of all open actions that a statement of
        `focus` speaks of.
        """
        return any(
            self._has_all(closer, region, service) for closer in closers for region in focus
        )

    def _has_all(self, whole: Region, part: Region, service: str) -> bool:
        theirs, mine = set(self._patterns(whole, service)), set(self._patterns(part, service))
        if whole.excluded:
            return theirs <= mine if part.excluded else not any(map(_is_wild, theirs))
        return not _WHOLE.isdisjoint(theirs) or (not part.excluded and mine <= theirs)

    def _touches(self, focus: Sequence[Region], service: str) -> bool:
        return all(region.excluded or self._patterns(region, service) for region in focus)

    def _of_service(
        self, service: str, focus: Sequence[Region], closers: Sequence[Region]
    ) -> Iterator[tuple[frozenset[Region], list[str]]]:
        """Yield the classes of the actions of one service that `focus` speaks of."""
        names = self._names(service)
        within = (1 << len(names)) - 1
        for region in focus:
            within &= self._mask(region, service)
        for region in closers:
            within &= ~self._mask(region, service)
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
        if service not in self._named:
            known = _known(service)
            more = self._spelled.get(service, set()).difference(known)
            self._named[service] = tuple(sorted({*known, *more})) if more else known
        return self._named[service]

    def _mask(self, region: Region, service: str) -> int:
        """Return the actions of a service that a statement covers, as bits."""
        asked = (region, service)
        if asked not in self._masks:
            names = self._names(service)
            found = 0
            for pattern in self._patterns(region, service):
                found |= self._bits(pattern, names)
            self._masks[asked] = found ^ ((1 << len(names)) - 1) if region.excluded else found
        return self._masks[asked]

    def _bits(self, pattern: str, names: tuple[str, ...]) -> int:
        head = pattern.partition("*")[0].partition("?")[0]
        low, high = bisect_left(names, head), bisect_left(names, head + _LATE)
        self._effort.spend(1 + (high - low) // 2)
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
