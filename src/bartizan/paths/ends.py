# SPDX-License-Identifier: Apache-2.0
"""Where attackers are assumed to stand, and what must not be lost, unless the user says else."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, Store
from bartizan.model.facts.host import Host
from bartizan.model.facts.identity import IdentityProvider
from bartizan.model.facts.organization import Account
from bartizan.model.facts.pipeline import CodeRoot
from bartizan.model.facts.routing import RemoteSite
from bartizan.model.facts.service import ServicePort
from bartizan.model.path import Entry, Jewel
from bartizan.model.step import Ability, Foothold, Step
from bartizan.paths import pipeline

INTERNET = "internet"
ANY_ACCOUNT = "any-aws-account"
LAPTOP = "stolen-laptop"
_PLACES = {
    INTERNET: "the Internet",
    ANY_ACCOUNT: "any AWS account",
    LAPTOP: "a stolen computer",
}
SENSITIVE_KEYS = frozenset(
    {"classification", "data-classification", "data-class", "dataclassification", "sensitivity"}
)
"""Tag keys, in any case, by which people say how bad a loss would be."""
SENSITIVE_VALUES = frozenset(
    {"confidential", "highly-confidential", "restricted", "secret", "sensitive", "pii", "phi"}
)
"""Values of those tags, in any case, that say it would be bad."""

_OF_SERVER = re.compile(r"[a-z]+:user/")
"""How users of a tool's server are called."""
_MODULE = "module:"

LOW, MEDIUM, HIGH, CRITICAL = 1, 2, 3, 4
"""Ranks of jewels."""

_DATA_SERVICES = (
    "AWS::AmazonMQ::",
    "AWS::DAX::",
    "AWS::DocDB::",
    "AWS::EFS::",
    "AWS::ElastiCache::",
    "AWS::Elasticsearch::",
    "AWS::FSx::",
    "AWS::MSK::",
    "AWS::MemoryDB::",
    "AWS::Neptune::",
    "AWS::OpenSearchService::",
    "AWS::RDS::",
    "AWS::Redshift::",
    "AWS::RedshiftServerless::",
)
"""How kinds of services begin that hold data and are read by packets alone."""
_SECRETS = frozenset({"AWS::SecretsManager::Secret"})
_SECRET_SERVICES = frozenset({"secretsmanager", "ssm"})


def default_entries(facts: Facts, steps: Iterable[Step]) -> tuple[Entry, ...]:
    """Return every place outside the estate that some step starts from.

    An account of the estate itself is no such place: what is in it is reached by steps. Nor is
    what lies behind a VPN: that is the organisation's own, and stood at where the user says so.
    """
    inside = {row.id for row in facts.rows(Account) if row.collected or row.organization}
    inside |= {row.id for row in facts.rows(RemoteSite)}
    start = Ability.START.value
    starts = {need for step in steps for need in step.needs if need.ability == start}
    outside = sorted(foothold for foothold in starts if foothold.entity not in inside)
    return tuple(Entry(foothold=held, name=entry_name(facts, held)) for held in outside)


def entry_name(facts: Facts, foothold: Foothold) -> str:
    """Say what people call an entry."""
    if foothold.ability != Ability.START.value:
        return str(foothold)
    if foothold.entity in _PLACES:
        return _PLACES[foothold.entity]
    if foothold.entity.isdigit():
        return f"the outside account {foothold.entity}"
    if foothold.entity.startswith("arn:"):
        return _directory_name(facts, foothold.entity)
    if any(row.id == foothold.entity for row in facts.rows(RemoteSite)):
        return f"what lies behind {foothold.entity}"
    return pipeline.who(foothold.entity) or foothold.entity


def _directory_name(facts: Facts, entity: str) -> str:
    """Name an identity provider, or those of its people whose subject fits a pattern."""
    provider, _, subject = entity.partition("|")
    issuers = {row.arn: row.issuer for row in facts.rows(IdentityProvider)}
    issuer = issuers.get(provider) or provider.rsplit("-provider/", 1)[-1]
    account = account_of(provider)
    called = {row.id: row.name or row.id for row in facts.rows(Account)}.get(account, account)
    named = f"the identity provider {issuer}" + (f" of {called}" if called else "")
    if who := pipeline.called(issuer, subject):
        return who
    if not subject:
        return named
    return f"anyone at {named}" if subject == "*" else f"{named} as {subject}"


def default_jewels(
    facts: Facts, *, tags: Mapping[str, Collection[str]] | None = None, hosts: bool = True
) -> tuple[Jewel, ...]:
    """Return what must not be lost, the worst loss first.

    Power over an organisation or one of its accounts ranks 4, secrets and states of code 3, stores
    of data 2 (3 where a tag calls them confidential), databases and the like 2, customers' own
    keys 2. A store or key that carries one of the user's own `tags` (key to values, none for any
    value) ranks one level higher. Where nothing but `hosts` is told, root on each of them is what
    may be lost, at 2.
    """
    found = (
        *_powers(facts),
        *_stores(facts, tags or {}),
        *_services(facts),
        *_states(facts),
        *_keys(facts, tags or {}),
    )
    found = found or tuple(_hosts(facts) if hosts else ())
    return tuple(sorted(found, key=lambda jewel: (-jewel.rank, jewel.foothold)))


def hidden_jewels(facts: Facts, steps: Iterable[Step]) -> tuple[Jewel, ...]:
    """Return the data and keys that no listing told of, because it could not be read.

    Their names end in `*`, as nobody knows what they are; only possible steps lead to them.
    """
    called = {row.id: row.name for row in facts.rows(Account)}
    data = (Ability.READ.value, Ability.DECRYPT.value)
    held = {step.grants for step in steps if not step.proved}
    return tuple(
        Jewel(
            foothold=foothold,
            name=f"what {service} of account {_called(called.get(account, ''), account)} holds",
            rank=HIGH if service in _SECRET_SERVICES else MEDIUM,
            owner=account,
        )
        for foothold in sorted(held)
        if foothold.ability in data and foothold.entity.endswith(":*")
        for service, account in [(foothold.entity.split(":")[2], account_of(foothold.entity))]
    )


def _powers(facts: Facts) -> Iterator[Jewel]:
    accounts = facts.rows(Account)
    for organization in sorted({row.organization for row in accounts if row.organization}):
        yield Jewel(
            foothold=Foothold(Ability.ADMINISTER.value, organization),
            name=f"administrator of the organisation {organization}",
            rank=CRITICAL,
        )
    for row in accounts:
        yield Jewel(
            foothold=Foothold(Ability.ADMINISTER.value, row.id),
            name=f"administrator of account {_called(row.name, row.id)}",
            rank=CRITICAL,
            owner=row.organization,
        )


def _stores(facts: Facts, tags: Mapping[str, Collection[str]]) -> Iterator[Jewel]:
    for row in facts.rows(Store):
        # A parameter with a key is a SecureString; one without may be anything.
        secret = row.kind in _SECRETS or (row.kind == "AWS::SSM::Parameter" and row.key != "")
        rank = HIGH if secret or _sensitive(row.tags) else MEDIUM
        noun = row.kind.rsplit("::", 1)[-1].lower()
        yield Jewel(
            foothold=Foothold(Ability.READ.value, row.arn),
            name=f"data of {noun} {row.name or row.arn}",
            rank=_raised(rank, row.tags, tags),
            owner=row.account or account_of(row.arn),
        )


def _services(facts: Facts) -> Iterator[Jewel]:
    """Yield databases, caches and file systems that clients send packets to."""
    stores = {row.arn for row in facts.rows(Store)}
    found = {row.thing: row for row in facts.rows(ServicePort) if row.thing not in stores}
    for thing, row in sorted(found.items()):
        if row.kind.startswith(_DATA_SERVICES):
            noun = row.kind.rsplit("::", 1)[-1].lower()
            yield Jewel(
                foothold=Foothold(Ability.READ.value, thing),
                name=f"data of {noun} {thing.split(':', 5)[-1].split(':', 1)[-1]}",
                rank=MEDIUM,
                owner=row.account,
            )


def _states(facts: Facts) -> Iterator[Jewel]:
    """Yield states of code, which hold secrets in plain text."""
    owners = {row.arn: row.account for row in facts.rows(Store)}
    for row in facts.rows(CodeRoot):
        if row.state:
            yield Jewel(
                foothold=Foothold(Ability.READ.value, row.state),
                name=f"secrets in the state of {row.id}",
                rank=HIGH,
                owner=owners.get(row.store, ""),
            )


def _keys(facts: Facts, tags: Mapping[str, Collection[str]]) -> Iterator[Jewel]:
    for row in facts.rows(Key):
        if row.manager in {"CUSTOMER", ""}:
            alias = row.aliases[0].removeprefix("alias/") if row.aliases else row.arn
            yield Jewel(
                foothold=Foothold(Ability.DECRYPT.value, row.arn),
                name=f"what key {alias} encrypts",
                rank=_raised(MEDIUM, row.tags, tags),
                owner=row.account or account_of(row.arn),
            )


def _hosts(facts: Facts) -> Iterator[Jewel]:
    for row in facts.rows(Host):
        yield root_of(row.id)


def root_of(host: str) -> Jewel:
    """Return what is lost with root on a host."""
    foothold = Foothold(Ability.RUN_CODE.value, f"root@{host}")
    return Jewel(foothold=foothold, name=f"root on {host}", rank=MEDIUM)


def host_ends(
    steps: Iterable[Step], hosts: Collection[str]
) -> tuple[tuple[Entry, ...], tuple[Jewel, ...]]:
    """Return as entries the users of some hosts that a step starts from, those of a tool's server,
    and whoever publishes modules that its code takes in; and root on each host.
    """
    others = sorted(
        {
            need
            for step in steps
            for need in step.needs
            if (need.ability == Ability.ACT_AS.value and _OF_SERVER.match(need.entity))
            or (need.ability == Ability.WRITE.value and need.entity.startswith(_MODULE))
        }
    )
    runs = {
        need for step in steps for need in step.needs if need.ability == Ability.RUN_CODE.value
    }
    users = sorted(
        held
        for held in runs
        if held.entity.rpartition("@")[2] in hosts
        and held.entity.rpartition("@")[0] not in {"", "root"}
    )
    return (
        tuple(
            Entry(foothold=held, name=pipeline.who(held.entity) or held.entity)
            for held in (*users, *others)
        ),
        tuple(root_of(host) for host in sorted(hosts)),
    )


def _called(name: str, identity: str) -> str:
    return identity if name in {"", identity} else f"{name} ({identity})"


def _sensitive(tags: Mapping[str, str]) -> bool:
    return any(
        key.lower() in SENSITIVE_KEYS and value.lower() in SENSITIVE_VALUES
        for key, value in tags.items()
    )


def _raised(rank: int, tags: Mapping[str, str], wanted: Mapping[str, Collection[str]]) -> int:
    carries = any(
        key in tags and (not values or tags[key] in values) for key, values in wanted.items()
    )
    return min(CRITICAL, rank + carries)
