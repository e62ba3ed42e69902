# SPDX-License-Identifier: Apache-2.0
"""Reads hosts from a repository or a backup of Chef, without running Chef or Ruby."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.model.moment import written
from bartizan.model.record import UNREAD_KIND, Json, Record
from bartizan.ports import Pieces, Progress
from bartizan.sources.chef import policy, report, server
from bartizan.sources.chef.cookbook import cookbooks
from bartizan.sources.chef.definition import Definition, definition
from bartizan.sources.chef.folder import Folder, opened
from bartizan.sources.chef.kinds import NODE, RIGHT, THING
from bartizan.sources.chef.node import Estate, node, told
from bartizan.sources.chef.record import of_node, record, unread

_OF_SERVERS = ("clients", "groups", "users")
"""What a repository under version control does not have, and what a server gives does."""
_COOKBOOKS = ("cookbooks", "site-cookbooks")


def _now() -> datetime:
    return datetime.now(UTC)


class ChefFiles(Struct, frozen=True):
    """A folder: a piece for each node, and one for what the server keeps beside."""

    place: Path
    key: bytes
    """Key of the fingerprints that stand in for secrets."""
    clock: Callable[[], datetime] = _now

    def collect(self, draft: Pieces, progress: Progress) -> None:
        """Write the records of each node and of the server.

        Raises:
            InputError: a file is damaged, or the folder holds nothing of Chef.
            MissingExtraError: the grammar of Ruby is not installed.
        """
        folder = opened(self.place)
        progress.total(len(folder.below("nodes", ".json")) + 1)
        for piece, found in self._pieces(folder):
            progress.started(piece)
            lost = sum(one.kind == UNREAD_KIND for one in found)
            draft.write(piece, found)
            progress.finished(piece, records=len(found) - lost, unread=lost)

    def records(self) -> Iterator[Record]:
        """Yield all records of the folder.

        Raises:
            InputError: a file is damaged, or the folder holds nothing of Chef.
            MissingExtraError: the grammar of Ruby is not installed.
        """
        for _, found in self._pieces(opened(self.place)):
            yield from found

    def _pieces(self, folder: Folder) -> Iterator[tuple[str, list[Record]]]:
        """Yield the records of each node under the path of its file, and those of the server."""
        at = written(self.clock())
        held = list(server.items(folder))
        bags = _bags(held)
        estate = _estate(folder)
        seen: dict[str, str] = {}
        for path in folder.below("nodes", ".json"):
            one = node(folder, path)
            if one.name in seen:
                raise InputError(
                    f"two files of node `{one.name}`, the first is {seen[one.name]}",
                    at=Location(path),
                )
            seen[one.name] = path
            yield path, list(of_node(told(one, estate), bags, key=self.key, at=at))
        rest = list(self._server(folder, held, estate, at))
        if not seen and not any(one.kind != UNREAD_KIND for one in rest):
            raise InputError(
                "the folder holds nothing of Chef",
                at=Location(str(self.place)),
                hint="`knife download /` writes nodes, roles, cookbooks, ... into a folder",
            )
        yield "server", rest

    def _server(
        self, folder: Folder, held: list[server.Item], estate: Estate, at: str
    ) -> Iterator[Record]:
        yield from server.records(folder, held, key=self.key, at=at)
        yield from _things(estate, held, at)
        for path in folder.below("reports", ".json"):
            content = folder.json(path)
            if report.is_report(content):
                yield from report.records(content, path, key=self.key, at=at)
            else:
                yield unread(
                    path, "the file is no report of a run", code="not-understood", at=at, kind=NODE
                )
        if not folder.under("acls") and any(folder.under(one) for one in _OF_SERVERS):
            reason = "no permissions are in the folder, so who may change what is not known"
            yield unread("acls", reason, code="not-understood", at=at, kind=RIGHT)
        for path in folder.outside:
            yield unread(path, "the link was not followed", code="skipped", at=at, kind=NODE)


def _estate(folder: Folder) -> Estate:
    return Estate(
        roles=_definitions(folder, "roles"),
        environments=_definitions(folder, "environments"),
        cookbooks=tuple(one for place in _COOKBOOKS for one in cookbooks(folder, place)),
        artifacts=tuple(cookbooks(folder, "cookbook_artifacts")),
        policies=policy.policies(folder),
        groups=policy.groups(folder),
    )


def _definitions(folder: Folder, place: str) -> Mapping[str, Definition]:
    found: dict[str, Definition] = {}
    for path in folder.below(place, ".json", ".rb"):
        one = definition(folder, path)
        if one.name in found:
            raise InputError(
                f"`{one.name}` is told twice, first in {found[one.name].file}", at=Location(path)
            )
        found[one.name] = one
    return found


def _bags(held: list[server.Item]) -> dict[str, tuple[Mapping[str, Json], ...]]:
    found: dict[str, tuple[Mapping[str, Json], ...]] = {}
    for one in held:
        found[one.bag] = (*found.get(one.bag, ()), one.values)
    return found


def _things(estate: Estate, held: list[server.Item], at: str) -> Iterator[Record]:
    """Yield what may decide about hosts and is there, whether or not a node takes it."""
    named = [("roles", name, one.file) for name, one in estate.roles.items()]
    named += [("environments", name, one.file) for name, one in estate.environments.items()]
    named += [("cookbooks", one.name, one.place) for one in estate.cookbooks]
    named += [("policies", one.name, one.file) for one in estate.policies.values()]
    named += [("policy_groups", name, "policy_groups") for name in estate.groups]
    named += [("data_bags", one.bag, f"data_bags/{one.bag}") for one in held]
    for kind, name, file in sorted(set(named), key=lambda one: one[:2]):
        body: dict[str, Json] = {"kind": kind, "name": name, "file": file}
        yield record(THING, f"{kind}/{name}", body, at=at, source=file)
