# SPDX-License-Identifier: Apache-2.0
"""Users, groups and keys of a host.

Sources: https://www.puppet.com/docs/puppet/7/types/user, .../types/group, and
https://forge.puppet.com/modules/puppetlabs/sshkeys_core/reference
"""

from collections.abc import Iterable, Iterator, Mapping

from bartizan.model.authorized_keys import fingerprint
from bartizan.model.facts.host import AuthorizedKey, HostGroup, HostMember, HostUser
from bartizan.model.host_written import UNCERTAIN
from bartizan.model.secret import MARKER
from bartizan.model.table import Row
from bartizan.sources.puppet.facts.said import Said

_SHORTEST_HASH = 13
"""crypt(3): the oldest form has 13 characters, and shorter ones fit no password."""


def rows(said: Said) -> Iterator[Row]:
    """Yield the rows of a user, a group or a key."""
    match said.type:
        case "User":
            yield from _user(said)
        case "Group":
            yield from _group(said)
        case "Ssh_authorized_key":
            yield _key(said)
        case _:
            return


def homes(resources: Iterable[Said]) -> Mapping[str, str]:
    """Return the user of each home directory that is told."""
    found = {}
    for said in resources:
        if said.type == "User" and (home := said.text("home").rstrip("/")):
            found[home] = said.name()
    return found


def _user(said: Said) -> Iterator[Row]:
    name, state, password = said.name(), said.state(), _password(said)
    tail = said.tail(
        state, columns={"uid": "uid", "group": "gid", "home": "home", "shell": "shell"}
    )
    if password == UNCERTAIN and said.hidden("password"):
        tail["unknown"] = tuple(sorted({*tail["unknown"], "password"}))
    yield HostUser(
        host=said.host,
        name=name,
        uid=said.number("uid"),
        group=said.text("gid"),
        home=said.text("home"),
        shell=said.text("shell"),
        password=password,
        only_told_groups=said.text("membership") == "inclusive" and not said.hidden("groups"),
        only_told_keys=said.text("purge_ssh_keys", "false") != "false",
        **tail,
    )
    if said.hidden("groups"):
        yield said.gap("the groups of the user are worked out on the host", code="hidden")
    for group in said.texts("groups"):
        yield HostMember(host=said.host, group=group, user=name, **said.tail(state))


def _password(said: Said) -> str:
    value = said.parameters.get("password")
    if isinstance(value, str):
        return "locked" if value else "empty"
    marker = value.get(MARKER) if isinstance(value, dict) else None
    length = marker.get("length") if isinstance(marker, dict) else None
    if length == 0:
        return "empty"
    return "set" if isinstance(length, int) and length >= _SHORTEST_HASH else UNCERTAIN


def _group(said: Said) -> Iterator[Row]:
    name, state = said.name(), said.state()
    inclusive = said.text("auth_membership") in ("true", "inclusive")
    yield HostGroup(
        host=said.host,
        name=name,
        gid=said.number("gid"),
        only_told_members=inclusive and not said.hidden("members"),
        **said.tail(state, columns={"gid": "gid"}),
    )
    if said.hidden("members"):
        yield said.gap("the members of the group are worked out on the host", code="hidden")
    for user in said.texts("members"):
        yield HostMember(host=said.host, group=name, user=user, **said.tail(state))


def _key(said: Said) -> Row:
    written = said.text("type")
    return AuthorizedKey(
        host=said.host,
        user=said.text("user"),
        path=said.text("target"),
        type={"rsa": "ssh-rsa", "dsa": "ssh-dss", "ed25519": "ssh-ed25519"}.get(written, written),
        fingerprint=fingerprint(said.text("key")),
        name=said.name(),
        options=said.texts("options"),
        **said.tail(
            said.state(),
            columns={
                "user": "user",
                "path": "target",
                "type": "type",
                "fingerprint": "key",
                "options": "options",
            },
        ),
    )
