# SPDX-License-Identifier: Apache-2.0
"""One node: its object, what its run list comes to, and what its run would say.

Source: https://docs.chef.io/nodes/
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.model.record import Json
from bartizan.sources.chef.attributes import Attributes
from bartizan.sources.chef.cookbook import Cookbook
from bartizan.sources.chef.definition import Definition
from bartizan.sources.chef.folder import Folder
from bartizan.sources.chef.policy import Policy, cookbooks_of
from bartizan.sources.chef.recipe import Gap, Run
from bartizan.sources.chef.ruby.value import Tree, Unknown, Value, of_json
from bartizan.sources.chef.run_list import Expansion, expand

_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,255}")
_EXACT = re.compile(r"=?\s*(\d+(?:\.\d+){1,2})")


class Node(Struct, frozen=True, kw_only=True):
    """A node as the server keeps it."""

    name: str
    file: str
    environment: str
    policy: str
    group: str
    """Policy group; with it and `policy` the run list is that of a policy."""
    run_list: Value
    normal: Tree
    automatic: dict[str, Json] | None
    """What Ohai said; None where the file does not have it."""


class Estate(Struct, frozen=True, kw_only=True):
    """What runs are made of."""

    roles: Mapping[str, Definition]
    environments: Mapping[str, Definition]
    cookbooks: tuple[Cookbook, ...]
    artifacts: tuple[Cookbook, ...]
    policies: Mapping[tuple[str, str], Policy]
    groups: Mapping[str, Mapping[str, str]]


class Told(Struct, frozen=True, kw_only=True):
    """All that code tells of one node."""

    node: Node
    expansion: Expansion
    revision: str
    """Of its policy; empty where it has none."""
    run: Run
    gaps: tuple[Gap, ...]


def node(folder: Folder, path: str) -> Node:
    """Return the node that a file holds.

    Raises:
        InputError: it is damaged.
    """
    held = folder.json(path)
    name = held.get("name", path.rpartition("/")[2].removesuffix(".json"))
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InputError("the name of the node is none that Chef takes", at=Location(path))
    automatic, normal = held.get("automatic"), held.get("normal")
    items = held.get("run_list", [])
    if not isinstance(items, list) or not isinstance(normal or {}, dict):
        raise InputError("the file is no node", at=Location(path))
    found = of_json(normal or {})
    return Node(
        name=name,
        file=path,
        environment=_word(held, "chef_environment") or "_default",
        policy=_word(held, "policy_name"),
        group=_word(held, "policy_group"),
        run_list=of_json(items),
        normal=found if isinstance(found, Tree) else Tree(),
        automatic=automatic if isinstance(automatic, dict) else None,
    )


def told(node: Node, estate: Estate) -> Told:
    """Read what the run of a node would say."""
    if node.policy and node.group:
        return _by_policy(node, estate)
    expansion = expand(node.run_list, estate.roles, environment=node.environment, file=node.file)
    gaps = [Gap(place, reason) for place, reason in expansion.gaps]
    environment = estate.environments.get(node.environment)
    default, override, versions = Tree(), Tree(), Tree()
    if environment is not None:
        default, override = environment.default, environment.override
        versions = environment.versions if isinstance(environment.versions, Tree) else Tree()
        gaps.extend(Gap(place, reason) for place, reason in environment.gaps)
    elif node.environment != "_default":
        lost = Unknown(f"environment `{node.environment}` is not in the folder")
        default, override = Tree(rest=lost), Tree(rest=lost)
        gaps.append(Gap(node.file, lost.why))
    held, lost_ = _chosen(estate.cookbooks, versions, expansion.versions)
    gaps.extend(lost_)
    return _run(
        node,
        expansion,
        cookbooks=held,
        gaps=gaps,
        levels={
            "env_default": default,
            "env_override": override,
            "role_default": expansion.default,
            "role_override": expansion.override,
        },
    )


def _by_policy(node: Node, estate: Estate) -> Told:
    """A policy gives run list, cookbooks and the attributes that roles would give."""
    revision = estate.groups.get(node.group, {}).get(node.policy, "")
    named = [one for one in estate.policies.values() if one.name == node.policy]
    policy = estate.policies.get((node.policy, revision))
    if not estate.groups and len(named) == 1:
        policy = named[0]
    if policy is None:
        reason = f"policy `{node.policy}` of group `{node.group}` is not in the folder"
        lost = Unknown(reason)
        return _run(
            node,
            Expansion(),
            cookbooks={},
            gaps=[Gap(node.file, f"{reason}, so what runs is not known")],
            levels={"role_default": Tree(rest=lost), "role_override": Tree(rest=lost)},
        )
    expansion = expand(policy.run_list, {}, environment="", file=policy.file)
    held, doubts = cookbooks_of(policy, list(estate.artifacts), list(estate.cookbooks))
    gaps = [Gap(place, reason) for place, reason in (*expansion.gaps, *doubts)]
    levels = {"role_default": policy.default, "role_override": policy.override}
    return _run(
        node, expansion, cookbooks=held, gaps=gaps, levels=levels, revision=policy.revision
    )


def _chosen(
    cookbooks: tuple[Cookbook, ...], versions: Tree, asked: Mapping[str, str]
) -> tuple[dict[str, Cookbook], list[Gap]]:
    """Return the cookbooks that surely run: the only version there is, or the one that is asked
    for. Which of several is taken, the server works out.
    """
    by_name: dict[str, list[Cookbook]] = {}
    for one in cookbooks:
        by_name.setdefault(one.name, []).append(one)
    found, gaps = {}, []
    for name, held in by_name.items():
        said = versions.get(name)
        exact = _EXACT.fullmatch(said) if isinstance(said, str) else None
        wanted = asked.get(name) or (exact[1] if exact else "")
        fitting = [one for one in held if not wanted or _same(one.version, wanted)]
        if len(fitting) == 1:
            found[name] = fitting[0]
        else:
            reason = (
                f"which version of cookbook `{name}` runs is not known"
                if fitting
                else f"cookbook `{name}` is not in the folder in version {wanted}"
            )
            gaps.append(Gap(f"cookbook {name}", reason))
    return found, gaps


def _same(one: str, other: str) -> bool:
    return [*one.split("."), "0", "0"][:3] == [*other.split("."), "0", "0"][:3]


def _run(
    node: Node,
    expansion: Expansion,
    *,
    cookbooks: Mapping[str, Cookbook],
    gaps: list[Gap],
    levels: Mapping[str, Tree],
    revision: str = "",
) -> Told:
    automatic = of_json(dict(node.automatic or {}))
    attributes = Attributes(
        {
            **levels,
            "normal": node.normal,
            "automatic": automatic if isinstance(automatic, Tree) else Tree(),
        }
    )
    about: dict[str, Value] = {
        "name": node.name,
        "chef_environment": node.environment,
        "environment": node.environment,
        "policy_name": node.policy or None,
        "policy_group": node.group or None,
    }
    run = Run(attributes, about, cookbooks, ohai=node.automatic is not None)
    run.of(expansion.recipes)
    return Told(
        node=node, expansion=expansion, revision=revision, run=run, gaps=(*gaps, *run.gaps)
    )


def _word(held: Mapping[str, Json], name: str) -> str:
    value = held.get(name)
    return value if isinstance(value, str) else ""
