# SPDX-License-Identifier: Apache-2.0
"""Users, groups and keys of a host.

Sources: https://docs.chef.io/resources/user/, .../group/ and
https://github.com/onehealth-cookbooks/ssh_authorized_keys
"""

from collections.abc import Iterable, Iterator, Mapping

from bartizan.model.authorized_keys import fingerprint
from bartizan.model.facts.host import AuthorizedKey, HostGroup, HostMember, HostUser
from bartizan.model.host_written import ABSENT, UNCERTAIN
from bartizan.model.secret import MARKER
from bartizan.model.table import Row
from bartizan.sources.chef.facts.said import Said, nameless

_SHORTEST_HASH = 13
"""crypt(3): the oldest form has 13 characters, and shorter ones fit no password."""


def rows(said: Said) -> Iterator[Row]:
    """Yield the rows of a user, a group or a key."""
    if said.of in ("user", "group") and not said.called:
        yield nameless(said, said.of)
        return
    match said.of:
        case "user":
            yield _user(said)
        case "group":
            yield from _group(said)
        case "key":
            yield _key(said)
        case _:
            return


def homes(resources: Iterable[Said]) -> Mapping[str, str]:
    """Return the user of each home directory that is told."""
    return {
        home: said.called
        for said in resources
        if said.of == "user" and (home := said.text("home").rstrip("/"))
    }


def _user(said: Said) -> Row:
    password = _password(said)
    tail = said.tail(
        said.state(), columns={"uid": "uid", "group": "gid", "home": "home", "shell": "shell"}
    )
    if password == UNCERTAIN and said.hidden("password"):
        tail["unknown"] = tuple(sorted({*tail["unknown"], "password"}))
    return HostUser(
        host=said.host,
        name=said.called,
        uid=said.number("uid"),
        group=said.text("gid"),
        home=said.text("home"),
        shell=said.text("shell"),
        password=password,
        only_told_groups=False,
        only_told_keys=False,
        **tail,
    )


def _password(said: Said) -> str:
    """`lock` and `unlock` are actions; what a password is says shadow(5)."""
    if "lock" in said.actions:
        return "locked"
    value = said.parameters.get("password")
    if isinstance(value, str):
        return "locked" if value else "empty"
    marker = value.get(MARKER) if isinstance(value, dict) else None
    length = marker.get("length") if isinstance(marker, dict) else None
    return "set" if isinstance(length, int) and length >= _SHORTEST_HASH else UNCERTAIN


def _group(said: Said) -> Iterator[Row]:
    """Without `append` the members are those that are listed and no others (`append`)."""
    name, state = said.called, said.state()
    unknown = said.hidden("members")
    whole = said.text("append", "false") == "false" and not said.hidden("append")
    yield HostGroup(
        host=said.host,
        name=name,
        gid=said.number("gid"),
        only_told_members=whole and not unknown and state == "present",
        **said.tail(state, columns={"gid": "gid"}),
    )
    if unknown:
        yield said.gap("the members of the group are not known", code="hidden")
    for user in said.texts("members"):
        yield HostMember(host=said.host, group=name, user=user, **said.tail(state))
    for user in said.texts("excluded_members"):
        gone = ABSENT if state == "present" else state
        yield HostMember(host=said.host, group=name, user=user, **said.tail(gone))


def _key(said: Said) -> Row:
    written = said.text("keytype", "ssh-rsa")
    return AuthorizedKey(
        host=said.host,
        user=said.text("user"),
        path="",
        type=written,
        fingerprint=fingerprint(said.text("key")),
        name=said.called,
        options=(),
        **said.tail(
            said.state(), columns={"user": "user", "type": "keytype", "fingerprint": "key"}
        ),
    )
