# SPDX-License-Identifier: Apache-2.0
"""Policies: locks, and which revision a policy group has.

Source: https://docs.chef.io/policyfile/ and https://docs.chef.io/chef_repo/
"""

from collections.abc import Mapping

from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.model.record import Json
from bartizan.sources.chef.cookbook import Cookbook
from bartizan.sources.chef.folder import Folder
from bartizan.sources.chef.ruby.value import Tree, Value, of_json

LOCK = ".lock.json"


class Locked(Struct, frozen=True, kw_only=True):
    """A cookbook as a lock names it."""

    version: str
    identifier: str


class Policy(Struct, frozen=True, kw_only=True):
    """One revision of a policy."""

    name: str
    revision: str
    file: str
    run_list: Value
    cookbooks: Mapping[str, Locked]
    default: Tree
    override: Tree


def policies(folder: Folder) -> dict[tuple[str, str], Policy]:
    """Return the policies of a folder by name and revision.

    Raises:
        InputError: one is damaged.
    """
    places = [*folder.below("policies", ".json"), *(one for one in folder.files if _is_lock(one))]
    found = (_policy(folder.json(path), path) for path in dict.fromkeys(places))
    return {(one.name, one.revision): one for one in found}


def _is_lock(path: str) -> bool:
    return path.endswith(LOCK) and path.count("/") <= 1


def _policy(held: Mapping[str, Json], path: str) -> Policy:
    name, revision = held.get("name"), held.get("revision_id")
    locks, run_list = held.get("cookbook_locks"), held.get("run_list")
    if (
        not isinstance(name, str)
        or not isinstance(revision, str)
        or not isinstance(locks, dict)
        or not isinstance(run_list, list)
    ):
        raise InputError(
            "the file is no lock of a policy",
            at=Location(path),
            hint="it has `name`, `revision_id`, `run_list` and `cookbook_locks`",
        )
    return Policy(
        name=name,
        revision=revision,
        file=path,
        run_list=of_json(run_list),
        cookbooks={
            cookbook: Locked(version=_word(lock, "version"), identifier=_word(lock, "identifier"))
            for cookbook, lock in locks.items()
        },
        default=_tree(held.get("default_attributes")),
        override=_tree(held.get("override_attributes")),
    )


def groups(folder: Folder) -> dict[str, dict[str, str]]:
    """Return the revision of each policy by group.

    Raises:
        InputError: a file is damaged.
    """
    found: dict[str, dict[str, str]] = {}
    for path in folder.below("policy_groups", ".json"):
        held = folder.json(path)
        listed = held.get("policies")
        name = held.get("name")
        stem = path.rpartition("/")[2].removesuffix(".json")
        found[name if isinstance(name, str) else stem] = {
            policy: _word(said, "revision_id")
            for policy, said in (listed.items() if isinstance(listed, dict) else ())
        }
    return found


def cookbooks_of(
    policy: Policy, artifacts: list[Cookbook], others: list[Cookbook]
) -> tuple[dict[str, Cookbook], list[tuple[str, str]]]:
    """Return the cookbooks of a policy by name, and of which it is not sure, with the reason.

    An artifact is the very one by its identifier; a cookbook of the same version may be another.
    """
    exact = {one.place.rpartition("/")[2]: one for one in artifacts}
    found: dict[str, Cookbook] = {}
    gaps = []
    for name, lock in policy.cookbooks.items():
        held = exact.get(f"{name}-{lock.identifier}")
        if held is None:
            alike = [one for one in others if (one.name, one.version) == (name, lock.version)]
            held = alike[0] if alike else None
            if held is not None:
                reason = (
                    f"cookbook `{name}` was read in version {lock.version}, "
                    "which may differ from what the policy locks"
                )
                gaps.append((held.place, reason))
        if held is not None:
            found[name] = held
    return found, gaps


def _tree(value: Json) -> Tree:
    found = of_json(value)
    return found if isinstance(found, Tree) else Tree()


def _word(held: Json, name: str) -> str:
    value = held.get(name) if isinstance(held, dict) else None
    return value if isinstance(value, str) else ""
