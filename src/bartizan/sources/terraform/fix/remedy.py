# SPDX-License-Identifier: Apache-2.0
"""Finds the fix of a remedy among the objects of a change that do what it undoes."""

from collections.abc import Iterator, Mapping, Sequence

from bartizan.model.remedy import Detach, DropStatement, ReleaseAddress, Remedy, RevokeRule
from bartizan.sources.terraform.fix.policy import drop_statement, holders
from bartizan.sources.terraform.fix.rule import revoke
from bartizan.sources.terraform.fix.site import Fix, Site, Values, everywhere, gone, sites
from bartizan.sources.terraform.plan import Plan
from bartizan.sources.terraform.source.define import CannotFixError, Value
from bartizan.sources.terraform.source.edit import replaced
from bartizan.sources.terraform.source.module import Code
from bartizan.sources.terraform.source.syntax import literal

_PUBLIC = "associate_public_ip_address"


def fix(
    remedy: Remedy, plans: Sequence[Plan], code: Code, touched: Mapping[str, tuple[str, ...]]
) -> Fix:
    """Return the fix of a remedy; `touched` says which addresses change which records.

    Raises:
        CannotFixError: none of them writes out what the remedy takes away, or several do.
    """
    addresses = {one for name in _subjects(remedy) for one in touched.get(name, ())}
    if not addresses:
        raise CannotFixError("it is not this change's doing")
    found: list[Fix] = []
    refused: list[CannotFixError] = []
    for one in sites(plans, code, addresses):
        try:
            found.append(_fix(remedy, one, plans))
        except CannotFixError as error:
            refused.append(error)
    places = {(one.edit.file.path, one.edit.start, one.edit.end) for one in found}
    if len(places) == 1:
        if code.fetched(found[0].edit.file):
            place = found[0].edit.file.span(found[0].edit.start, found[0].edit.end)
            raise CannotFixError("its module came from elsewhere", place)
        return found[0]
    if places:
        raise CannotFixError("several objects do it")
    placed = [error for error in refused if error.at is not None]
    raise next(iter([*placed, *refused]), CannotFixError("its text is not at hand"))


def _subjects(remedy: Remedy) -> Iterator[str]:
    """Yield what the records may be called that a remedy changes."""
    match remedy.change:
        case RevokeRule(owner=owner):
            yield owner
        case DropStatement(policy=policy):
            whole = policy.partition("#")[0]
            yield from (whole, whole.rpartition("/")[2])
        case Detach(target=target):
            yield target
        case ReleaseAddress(interface=interface):
            yield interface
        case _:
            return


def _fix(remedy: Remedy, one: Site, plans: Sequence[Plan]) -> Fix:
    match remedy.change:
        case RevokeRule() as change:
            return revoke(change, one, plans)
        case DropStatement() as change:
            return drop_statement(change, one, plans)
        case Detach(policy=policy):
            named = one.change.type.endswith("_policy_attachment")
            count = holders(one, policy) if named else 0
            if count > 1:
                raise CannotFixError("it attaches it to others as well", one.block.place)
            if count:
                return gone(plans, one)
            raise CannotFixError("it attaches something else")
        case _:
            return _no_address(one, plans)


def _no_address(one: Site, plans: Sequence[Plan]) -> Fix:
    """Return the fix that gives an instance no public address."""
    if one.change.type != "aws_instance" or one.values.get(_PUBLIC) is not True:
        raise CannotFixError("it gives no public address")

    def where(site: Site) -> Value:
        argument = site.block.arguments().get(_PUBLIC)
        if argument is None:
            raise CannotFixError("the text leaves it to the subnet", site.block.place)
        value = site.value(argument)
        if literal(value.file, value.node) is not True:
            raise CannotFixError("the text does not write it out", value.place)
        return value

    def how(site: Site) -> Values:
        return {**site.values, _PUBLIC: False}

    value = where(one)
    edit = replaced(value.file, value.node, "false")
    return everywhere(plans, one, edit, where=where, how=how)
