# SPDX-License-Identifier: Apache-2.0
"""What the resources of a run say, in the few words that facts are made of.

Templates and files of cookbooks are read where they are plain; sudo's resource is what it writes.

Sources: https://docs.chef.io/resources/sudo/, .../template/, .../cookbook_file/
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec.structs import replace

from bartizan.model.record import Json
from bartizan.sources.chef.cookbook import Cookbook
from bartizan.sources.chef.hide import as_json
from bartizan.sources.chef.node import Told
from bartizan.sources.chef.resource_block import Resource
from bartizan.sources.chef.resource_types import TYPES
from bartizan.sources.chef.ruby.value import LONG, Absent, Symbol, Tree, Unknown, Value
from bartizan.sources.chef.ruby.value import text as as_text

_TAG = re.compile(r"<%=\s*(?:@(\w+)|node((?:\[['\":]?[\w-]+['\"]?\])+))\s*-?%>")
_KEY = re.compile(r"\[['\":]?([\w-]+)['\"]?\]")
_SCRIPTS = ("script", "bash", "csh", "ksh", "perl", "python", "ruby")


Bags: TypeAlias = Mapping[str, tuple[Mapping[str, Json], ...]]
"""Items of data bags, by bag."""


def resources(told: Told, users: Bags) -> Iterator[Resource]:
    """Yield the resources of a run with texts put in their place; `users` are the items of data
    bags by bag, for `users_manage`.
    """
    for one in told.run.resources:
        match TYPES[one.type].of:
            case "sudo":
                yield replace(one, properties=_sudo(one))
            case "file":
                yield replace(one, properties=_file(one, told))
            case "users":
                yield from _users(one, users)
            case _:
                yield one


def name_of(one: Resource) -> Json:
    """Return what a resource is about: its name property, else what it is called."""
    return as_json(one.properties.get(TYPES[one.type].name, one.name))


def _file(one: Resource, told: Told) -> Mapping[str, Value]:
    found = dict(one.properties)
    if one.type not in ("cookbook_file", "template"):
        return found
    cookbook, path = _source(one, told)
    hosts = _hosts(told)
    kind = "files" if one.type == "cookbook_file" else "templates"
    found.pop("source", None)
    if cookbook is None or isinstance(path, Unknown) or hosts is None:
        why = path.why if isinstance(path, Unknown) else "its cookbook or its host is not known"
        found["content"] = Unknown(why)
        return found
    text = cookbook.content(kind, path, hosts)
    if text is None:
        found["content"] = Unknown(f"`{path}` is not among the {kind} of `{cookbook.place}`")
    elif kind == "files":
        found["content"] = text
    else:
        found["content"] = _rendered(text, one, told)
    return found


def _source(one: Resource, told: Told) -> tuple[Cookbook | None, str | Unknown]:
    parts = one.file.split("/")
    here = next(
        (held for held in told.run.cookbooks.values() if one.file.startswith(f"{held.place}/")),
        None,
    )
    named = one.properties.get("cookbook", here.name if here is not None and parts else None)
    cookbook = told.run.cookbooks.get(named) if isinstance(named, str) else None
    source = one.properties.get("source")
    if source is None:
        # The name of the file is what the source is called, and that of a template with `.erb`.
        path = as_text(one.properties.get("path", one.name))
        base = path if isinstance(path, Unknown) else path.rpartition("/")[2]
        end = ".erb" if one.type == "template" else ""
        source = base if isinstance(base, Unknown) else f"{base}{end}"
    if isinstance(source, str | Unknown):
        return cookbook, source
    return cookbook, Unknown("`source` is no text")


def _hosts(told: Told) -> tuple[str, ...] | None:
    """Return the folders in which a file of a cookbook is looked for before `default`."""
    names = ("fqdn", "platform", "platform_version")
    said = [told.run.attribute((name,)) for name in names]
    if any(not isinstance(one, str) for one in said):
        return None if any(isinstance(one, Unknown) for one in said) else ()
    fqdn, platform, version = (str(one) for one in said)
    major = version.partition(".")[0]
    versions = dict.fromkeys((version, major))
    return (f"host-{fqdn}", *(f"{platform}-{one}" for one in versions), platform)


def _rendered(text: str, one: Resource, told: Told) -> Value:
    """Return a template with plain tags put in their place; unknown where others are in it."""
    given = one.properties.get("variables")
    lost: list[str] = []
    left = LONG

    def put(match: re.Match[str]) -> str:
        value: Value | Absent
        if match[1]:
            value = given.get(match[1]) if isinstance(given, Tree) else Unknown("`variables`")
        else:
            value = told.run.attribute(tuple(_KEY.findall(match[2])))
        written = Unknown("it is not set") if isinstance(value, Absent) else as_text(value)
        if isinstance(written, Unknown):
            lost.append(written.why)
            return ""
        nonlocal left
        left -= len(written)
        return written if left >= 0 else ""

    found = _TAG.sub(put, text)
    if lost:
        return Unknown(f"the template has a value that is not known: {lost[0]}")
    if left < 0:
        return Unknown("what the template makes is too long")
    if "<%" in found:
        return Unknown("the template has code that is not read")
    return found


def _sudo(one: Resource) -> Mapping[str, Value]:
    """Return the file that `sudo` writes; its name has no dots and no tildes."""
    given = one.properties
    name = as_text(given.get("filename", one.name))
    prefix = as_text(given.get("config_prefix", "/etc"))
    path: Value = Unknown("its name is not known")
    if isinstance(name, str) and isinstance(prefix, str):
        path = f"{prefix}/sudoers.d/{re.sub(r'[.~]', '__', name)}"
    return {"path": path, "content": _rules(given)}


def _rules(given: Mapping[str, Value]) -> Value:
    if "template" in given:
        return Unknown("sudo writes it from a template of its own")
    lists = {}
    for name in ("users", "user", "groups", "group", "commands", "defaults", "env_keep_add",
                 "env_keep_subtract"):  # fmt: skip
        held = given.get(name, ("ALL",) if name == "commands" else ())
        items = held if isinstance(held, tuple) else tuple(_parted(held))
        lists[name] = [as_text(item) for item in items]
    flags = [given.get(name, False) for name in ("noexec", "nopasswd", "setenv")]
    words = [as_text(given.get(name, "ALL")) for name in ("host", "runas")]
    inside = (item for held in lists.values() for item in held)
    for one in (*words, *flags, given.get("command_aliases"), *inside):
        if isinstance(one, Unknown):
            return one
    return _written(given, {name: [str(item) for item in held] for name, held in lists.items()})


def _written(given: Mapping[str, Value], lists: Mapping[str, list[str]]) -> str:
    lines = []
    aliases = given.get("command_aliases")
    for alias in aliases if isinstance(aliases, tuple) else ():
        if isinstance(alias, Tree):
            commands = alias.get("command_list")
            listed = commands if isinstance(commands, tuple) else ()
            lines.append(f"Cmnd_Alias {alias.get('name')} = {', '.join(map(str, listed))}")
    groups = [f"%{one.lstrip('%')}" for one in (*lists["groups"], *lists["group"])]
    users = ",".join([*lists["users"], *lists["user"], *groups])
    lines.extend(f"Defaults {one}" for one in lists["defaults"])
    lines.extend(f'Defaults env_keep+="{one}"' for one in lists["env_keep_add"])
    lines.extend(f'Defaults env_keep-="{one}"' for one in lists["env_keep_subtract"])
    tags = "".join(
        f"{tag.upper()}:" for tag in ("noexec", "nopasswd", "setenv") if given.get(tag) is True
    )
    host, runas = given.get("host", "ALL"), given.get("runas", "ALL")
    if users:
        lines.extend(f"{users} {host}=({runas}) {tags} {one}" for one in lists["commands"])
    return "".join(f"{line}\n" for line in lines)


def _parted(value: Value) -> list[Value]:
    return [one.strip() for one in value.split(",")] if isinstance(value, str) else [value]


def _users(one: Resource, bags: Bags) -> Iterator[Resource]:
    """`users_manage` of the cookbook `users` makes the users of a data bag and their keys.

    Source: https://github.com/sous-chefs/users/blob/main/documentation/users_manage.md
    """
    group = as_text(one.properties.get("group_name", one.name))
    bag = as_text(one.properties.get("data_bag", "users"))
    unread = isinstance(group, Unknown) or isinstance(bag, Unknown) or "users" in one.properties
    if unread or bag not in bags:
        yield replace(
            one, type="group", name=Unknown("whose users are made is worked out on the host")
        )
        return
    held = [item for item in bags[str(bag)] if group in _list(item, "groups")]
    members = []
    for item in held:
        name = item.get("username", item.get("id"))
        if not isinstance(name, str):
            continue
        gone = item.get("action") == "remove"
        action: Value = Symbol("remove" if gone else "create")
        told: dict[str, Value] = {
            kind: value
            for kind in ("uid", "gid", "home", "shell")
            if isinstance(value := item.get(kind), str | int)
        }
        yield replace(one, type="user", name=name, properties=told, actions=(action,))
        if gone:
            continue
        members.append(name)
        home = str(item.get("home") or f"/home/{name}")
        keys = "".join(f"{key}\n" for key in _list(item, "ssh_keys"))
        if keys:
            yield replace(
                one,
                type="file",
                name=f"{home}/.ssh/authorized_keys",
                properties={"content": keys, "owner": name},
                actions=(Symbol("create"),),
            )
    gid = one.properties.get("group_id")
    yield replace(
        one,
        type="group",
        name=group,
        properties={"members": tuple(members), **({} if gid is None else {"gid": gid})},
        actions=(Symbol("create"),),
    )


def _list(item: Mapping[str, Json], name: str) -> list[str]:
    value = item.get(name)
    items = value if isinstance(value, list) else [value]
    return [one for one in items if isinstance(one, str)]
