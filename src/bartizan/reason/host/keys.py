# SPDX-License-Identifier: Apache-2.0
"""Steps by keys: who signs in to a host over SSH, and what keys on a host sign in elsewhere.

Sources: https://man.openbsd.org/sshd#AUTHORIZED_KEYS_FILE_FORMAT,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.host import AuthorizedKey
from bartizan.model.facts.identity import AccessKey
from bartizan.model.step import Ability, Condition, Foothold, Step
from bartizan.reason.host import place, remedies
from bartizan.reason.host.cloud import Joined
from bartizan.reason.host.estate import Machine
from bartizan.reason.host.tree import Tree

SIGN_IN, STOLEN, ACCESS_KEY = "sign-in-with-key", "steal-key", "read-access-key"
STOLEN_EFFORT, REACH_EFFORT, ADDRESS_EFFORT = 4, 2, 3
_UNKNOWN_KEY = "SHA256:?"


def stolen(keys: Mapping[str, AuthorizedKey]) -> Iterator[Step]:
    """Yield that whoever has somebody's computer has their key; `keys` by fingerprint."""
    for fingerprint in sorted(keys):
        row = keys[fingerprint]
        text = f"a computer with the key {row.name or fingerprint} is stolen"
        held = place.assume("assume:stolen-key", text, effort=STOLEN_EFFORT)
        yield Step(
            technique=STOLEN,
            needs=(place.LAPTOP,),
            grants=place.key(fingerprint),
            cost=1 + held.effort,
            conditions=(held,),
            evidence=(place.because(row, f"lets {row.name or fingerprint} sign in"),),
        )


def steps(
    machine: Machine, doors: tuple[Foothold, ...] | None, joined: Joined | None = None
) -> Iterator[Step]:
    """Yield whose keys sign in as whom.

    `doors` is what sends packets to port 22 of the machine that the host is `joined` with; None
    where the networks around it are not told, and that it can be reached is an assumption.
    """
    by_machine = () if joined is None else (joined.evidence,)
    unsure = () if joined is None else joined.missing
    for row in sorted(machine.keys, key=repr):
        if row.state == "absent" or not row.user or machine.people.shell_refuses(row.user):
            continue
        told = _conditions(machine, row)
        needs: tuple[tuple[Foothold, ...], ...]
        if doors is None:
            text = f"packets reach sshd of {machine.id}"
            told = (*told, place.assume("assume:reachable", text, effort=REACH_EFFORT))
            needs = ((),)
        else:
            needs = tuple((door,) for door in doors)
        for more in needs:
            yield Step(
                technique=SIGN_IN,
                needs=tuple(sorted({place.key(row.fingerprint or _UNKNOWN_KEY), *more})),
                grants=place.user(machine.id, row.user),
                cost=1 + sum(held.effort for held in told),
                conditions=told,
                evidence=(
                    place.because(row, f"lets {_name(row)} sign in as {row.user}"),
                    *by_machine,
                ),
                breakers=(remedies.without_key(row),),
                missing=tuple(sorted({*_missing(machine, row), *unsure})),
            )


def _name(row: AuthorizedKey) -> str:
    return row.name or row.fingerprint or "a key"


def _conditions(machine: Machine, row: AuthorizedKey) -> tuple[Condition, ...]:
    text = f"sshd of {machine.id} takes the keys that are listed for {row.user}"
    found = [place.assume("assume:sshd", text)]
    for option in row.options:
        name, _, value = option.partition("=")
        if name.lower() == "from":
            where = tuple(value.strip('"').split(","))
            text = f"comes from {', '.join(where)}"
            found.append(
                place.assume("assume:source-address", text, effort=ADDRESS_EFFORT, values=where)
            )
    return tuple(found)


def _missing(machine: Machine, row: AuthorizedKey) -> tuple[str, ...]:
    found = list(place.doubt(row, "user", "fingerprint", "options"))
    for option in row.options:
        name = option.partition("=")[0].lower()
        if name in {"command", "expiry-time"}:
            found.append(f"what `{name}` leaves of {_name(row)} for {row.user} on {machine.id}")
    return tuple(found)


def access_keys(
    machine: Machine, tree: Tree, principals: Mapping[str, AccessKey]
) -> Iterator[Step]:
    """Yield as whom one acts in the cloud who reads the files of a host; `principals` are the
    cloud's own keys, by id.
    """
    root = machine.people.who(place.ROOT)
    for file in machine.files:
        known = [principals[id_] for id_ in file.access_keys if id_ in principals]
        if file.state == "absent" or not known:
            continue
        for who in (root, *machine.everybody):
            read = None if who is root else tree.reads(who, file.path)
            if read is None and who is not root:
                continue
            for key in known:
                if not key.active:
                    continue
                yield Step(
                    technique=ACCESS_KEY,
                    needs=(who.foothold,),
                    grants=Foothold(Ability.ACT_AS.value, key.principal),
                    cost=1,
                    evidence=(place.because(file, f"{file.path} holds the access key {key.id}"),),
                    missing=tuple(
                        sorted({*place.doubt(file), *(() if read is None else read.missing)})
                    ),
                )
