# SPDX-License-Identifier: Apache-2.0
"""What the server keeps beside nodes: actors, groups, permissions and data bags.

Sources: https://docs.chef.io/server/server_orgs/ (groups and permissions),
https://docs.chef.io/data_bags/, https://docs.chef.io/chef_vault/
"""

import json
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.model.record import Json, Record
from bartizan.model.redact import marked
from bartizan.sources.chef.folder import Folder
from bartizan.sources.chef.kinds import ACTOR, GROUP, ITEM, KEY, RIGHT
from bartizan.sources.chef.record import record

ACTIONS = ("create", "read", "update", "delete", "grant")
_HOLDERS = ("actors", "users", "clients", "groups")
_SECRET_FILES = ("encrypted_data_bag_secret",)
_ENCRYPTED = frozenset({"encrypted_data", "iv", "version", "cipher"})
"""Members of an encrypted value; version 2 adds `hmac`, version 3 `auth_tag`."""
_WRAPPING = frozenset({"id", "chef_type", "data_bag", "json_class", "name"})


class Item(Struct, frozen=True, kw_only=True):
    """One item of a data bag."""

    bag: str
    name: str
    file: str
    values: Mapping[str, Json]


def items(folder: Folder) -> Iterator[Item]:
    """Yield the items of all data bags.

    Raises:
        InputError: one is damaged.
    """
    for path in folder.under("data_bags"):
        parts = path.split("/")
        if len(parts) != 3 or not path.endswith(".json"):  # noqa: PLR2004 - data_bags/BAG/ITEM
            continue
        held = folder.json(path)
        inside = held.get("raw_data")
        values = inside if isinstance(inside, dict) else held
        name = values.get("id")
        if not isinstance(name, str):
            raise InputError("the item of the data bag has no `id`", at=Location(path))
        yield Item(bag=parts[1], name=name, file=path, values=values)


def records(folder: Folder, held: list[Item], *, key: bytes, at: str) -> Iterator[Record]:
    """Yield the records of what the server keeps; `held` are the items of data bags.

    Raises:
        InputError: a file is damaged.
    """
    yield from _rights(folder, at)
    for path in folder.below("groups", ".json"):
        yield _group(folder, path, at)
    for place, kind in (("clients", "client"), ("users", "user")):
        for path in folder.below(place, ".json"):
            yield _actor(folder, path, kind, at)
    by_name = {(one.bag, one.name): one for one in held}
    for one in held:
        if (made := _item(one, by_name, key, at)) is not None:
            yield made
    for path in folder.files:
        if (of := key_kind(path)) is not None:
            stem = path.rpartition("/")[2].removesuffix(".pem")
            body: dict[str, Json] = {"kind": of, "name": stem, "place": path}
            yield record(KEY, path, body, at=at, source=path)


def key_kind(path: str) -> str | None:
    """Return what key a file is by its name; None for one that is none. It is not read."""
    name = path.rpartition("/")[2]
    if name in _SECRET_FILES:
        return "shared-secret"
    if not name.endswith(".pem") or not path.startswith((".chef/", "etc/chef/", name)):
        return None
    stem = name.removesuffix(".pem")
    if stem.endswith("validator") or stem == "validation":
        return "validator"
    return "superuser" if stem in ("pivotal", "webui_priv") else "actor"


def _rights(folder: Folder, at: str) -> Iterator[Record]:
    for path in folder.under("acls"):
        if not path.endswith(".json"):
            continue
        parts = path.removesuffix(".json").split("/")[1:]
        kind, name = (parts[0], "/".join(parts[1:])) if len(parts) > 1 else ("organization", "")
        held = folder.json(path)
        rights: dict[str, Json] = {}
        for action in ACTIONS:
            entry = held.get(action)
            if not isinstance(entry, dict):
                raise InputError(f"the permissions lack `{action}`", at=Location(path))
            rights[action] = {one: _names(entry, one, path) for one in _HOLDERS}
        body: dict[str, Json] = {"kind": kind, "name": name, "rights": rights, "file": path}
        yield record(RIGHT, f"{kind}/{name}", body, at=at, source=path)


def _group(folder: Folder, path: str, at: str) -> Record:
    held = folder.json(path)
    name = held.get("groupname", held.get("name"))
    stem = path.rpartition("/")[2].removesuffix(".json")
    body: dict[str, Json] = {one: _names(held, one, path) for one in _HOLDERS}
    named = name if isinstance(name, str) else stem
    return record(GROUP, named, body | {"name": named, "file": path}, at=at, source=path)


def _names(held: Mapping[str, Json], name: str, path: str) -> list[Json]:
    listed = held.get(name) or []
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise InputError(f"`{name}` is no list of names", at=Location(path))
    return listed


def _actor(folder: Folder, path: str, kind: str, at: str) -> Record:
    held = folder.json(path)
    stem = path.rpartition("/")[2].removesuffix(".json")
    said = held.get("clientname", held.get("username", held.get("name")))
    name = said if isinstance(said, str) else stem
    body: dict[str, Json] = {
        "kind": kind,
        "name": name,
        "validator": held.get("validator") is True,
        "admin": held.get("admin") is True,
        "file": path,
    }
    return record(ACTOR, f"{kind}/{name}", body, at=at, source=path)


def _item(one: Item, others: Mapping[tuple[str, str], Item], key: bytes, at: str) -> Record | None:
    """Return the record of an item; None for the keys of a vault, which are told with it."""
    if _is_keys(one, others):
        return None
    keys = others.get((one.bag, f"{one.name}_keys"))
    values = {name: value for name, value in one.values.items() if name not in _WRAPPING}
    sealed = {name: value for name, value in values.items() if _is_sealed(value)}
    plain = {name: value for name, value in values.items() if name not in sealed}
    kind = "plain" if not sealed else "mixed" if plain else "encrypted"
    about: dict[str, Json] = {}
    if keys is not None and _is_keys(keys, others):
        kind = "vault" if kind == "encrypted" else kind
        query = keys.values.get("search_query")
        about = {
            "admins": _listed(keys.values.get("admins")),
            "clients": _listed(keys.values.get("clients")),
            "query": query if isinstance(query, str) else "",
        }
    first: Json = next(iter(sealed.values()), None)
    sealing = first if isinstance(first, dict) else {}
    body: dict[str, Json] = {
        "bag": one.bag,
        "name": one.name,
        "kind": kind,
        "version": version if type(version := sealing.get("version")) is int else None,
        "cipher": cipher if isinstance(cipher := sealing.get("cipher"), str) else "",
        "content": marked(json.dumps(plain, sort_keys=True), key=key) if plain else None,
        "file": one.file,
        **about,
    }
    return record(ITEM, f"{one.bag}/{one.name}", body, at=at, source=one.file)


def _is_keys(one: Item, others: Mapping[tuple[str, str], Item]) -> bool:
    """Tell whether an item holds the keys of a vault: one wrapped secret for each that opens it;
    in the mode `sparse` each has an item of its own.
    """
    stem, _, last = one.name.rpartition("_")
    if last == "keys" and (one.bag, stem) in others:
        return isinstance(one.values.get("admins"), list)
    owner = one.name.partition("_key_")[0]
    return "_key_" in one.name and (one.bag, f"{owner}_keys") in others


def _is_sealed(value: Json) -> bool:
    return isinstance(value, dict) and value.keys() >= _ENCRYPTED


def _listed(value: Json) -> list[Json]:
    items = value if isinstance(value, list) else []
    return [*sorted({one for one in items if isinstance(one, str)})]
