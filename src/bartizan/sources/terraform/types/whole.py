# SPDX-License-Identifier: Apache-2.0
"""Types of which each object is one record, whose ARN follows from its name and its place."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from bartizan.model.redact import redact
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep

Write: TypeAlias = Callable[[Thing, Draft], Body]
"""Returns the body of an object's record, without its ARN."""


class Whole(Struct, frozen=True, kw_only=True):
    """How objects of one type become records."""

    type: str
    service: str
    record: str
    """Kind of the record."""
    resource: str
    """What the ARN ends in: `project/{name}`, where `{token}` stands for what AWS makes up."""
    body: Write
    name: str = "name"
    """Argument with its name."""
    arn: str = "arn"
    """Attribute with its ARN."""
    member: str = ""
    """Member of the body that holds its ARN; empty where none does."""
    id: str = "name"
    """What its id is: `name` or `arn`, `token`, or empty where nothing else names it."""
    listing: str = ""
    """Kind of the record of it in a list; empty where none is read."""
    listed: Sequence[str] = ()
    """Members of the body that the list holds."""
    secrets: Sequence[str] = ()
    """Places in the body that may hold secrets."""
    rank: int = 0

    def kind(self) -> Kind:
        """Return the kind of Terraform's type."""
        return Kind(
            type=self.type,
            put=functools.partial(_put, self),
            take=functools.partial(_take, self),
            record=self.record,
            service=self.service,
            names=functools.partial(_names, self),
            rank=self.rank,
        )


def token(thing: Thing) -> str:
    """Return what AWS will make up of an object's name: 32 digits at most."""
    return thing.made(thing.type).rpartition("-")[2]


def _arn(whole: Whole, thing: Thing) -> str:
    rest = whole.resource.replace("{name}", thing.name(whole.name))
    service = whole.service
    return thing.arn(service, rest.replace("{token}", token(thing)), attribute=whole.arn)


def _put(whole: Whole, thing: Thing, draft: Draft) -> None:
    arn = _arn(whole, thing)
    body = whole.body(thing, draft)
    if whole.member:
        body = {whole.member: arn, **body}
    _keep = functools.partial(keep, thing, draft, service=whole.service)
    if whole.listing:
        _keep(whole.listing, arn, body={member: body.get(member) for member in whole.listed})
    _keep(whole.record, arn, body=redact(body, whole.secrets, key=draft.key))


def _take(whole: Whole, thing: Thing, draft: Draft) -> None:
    for kind in (whole.listing, whole.record):
        if kind:
            draft.drop(kind, _arn(whole, thing))


def _names(whole: Whole, thing: Thing) -> Mapping[str, str]:
    """Return what a new object will be called."""
    arn, name = _arn(whole, thing), thing.name(whole.name)
    own = {"name": name, "arn": arn, "token": token(thing)}
    more = {"id": own[whole.id]} if whole.id else {}
    return {whole.arn: arn, whole.name: name, **more}
