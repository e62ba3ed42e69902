# SPDX-License-Identifier: Apache-2.0
"""Makes a snapshot of what code makes, from its plan or its state.

The accounts may hold more than that: what nobody asked of them is unread, unless the user says
that there is nothing else.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, structs

from bartizan.errors import InputError, Location
from bartizan.files import document
from bartizan.model.code_plan import CodePlan
from bartizan.model.facts.gap import Unread
from bartizan.model.json_text import SIZE, parse
from bartizan.model.laid import Laid
from bartizan.model.record import UNREAD_KIND, Json, Record, RecordList, Records
from bartizan.ports import Pieces, Progress
from bartizan.sources.terraform.code_plan import of_code
from bartizan.sources.terraform.draft import PROVIDER, Draft
from bartizan.sources.terraform.encrypted import is_encrypted
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.place import given
from bartizan.sources.terraform.plan import Action, Change, Held, Plan, is_plan, read
from bartizan.sources.terraform.provider.code import is_code, is_tofu
from bartizan.sources.terraform.provider.schema import Block, of_types
from bartizan.sources.terraform.state import is_state
from bartizan.sources.terraform.state import read as read_state
from bartizan.sources.terraform.types.internet_block import turn_off
from bartizan.sources.terraform.value import Hidden, Value
from bartizan.sources.terraform.wire import WireModule

_CALLER = "AWS::STS::CallerIdentity"
_KEPT = frozenset({Action.NO_OP, Action.CREATE, Action.UPDATE, Action.REPLACE})

Beside: TypeAlias = Callable[[Iterable[Record], Sequence[str] | None], Iterable[Record]]
"""Returns what a scan of the accounts of some records would also have asked: of all services, or
of some."""

_SERVICES: Mapping[str, str] = {
    "alb": "elbv2",
    "ami": "ec2",
    "api": "apigateway",
    "cloudwatch": "events",
    "db": "rds",
    "dx": "directconnect",
    "ebs": "ec2",
    "instance": "ec2",
    "launch": "ec2",
    "lb": "elbv2",
    "msk": "kafka",
    "nat": "ec2",
    "network": "ec2",
    "route": "ec2",
    "security": "ec2",
    "sfn": "stepfunctions",
    "ssoadmin": "sso-admin",
    "subnet": "ec2",
    "vpc": "ec2",
    "vpn": "ec2",
}
"""Word that a type's name begins with to AWS's name of the service, where that is another one."""


def made_by_code(place: Path) -> bool:
    """Tell whether a place is a plan, a state, or a folder of code, and no dump of an AWS tool.

    Raises:
        InputError: it is a file that cannot be read, or no JSON.
    """
    if place.is_dir():
        return any(is_code(one) or is_tofu(one) for one in place.iterdir())
    held = document(place, most=SIZE) if place.exists() else b""
    found = parse(held, str(place)) if held else None
    return is_plan(found) or is_state(found) or is_encrypted(found)


class CodeSource(Struct, frozen=True, kw_only=True):
    """What some plans and states hold, as records of a scan."""

    plans: tuple[Plan, ...]
    accounts: Mapping[str, str]
    """Where the objects of providers lie, by the user's word."""
    key: bytes
    """Key of the fingerprints that stand in for secrets."""
    at: str
    """When, as records carry it."""
    beside: Beside
    whole: bool
    """There is nothing else in the accounts, by the user's word."""

    @classmethod
    def read(
        cls,
        places: Sequence[Path],
        *,
        accounts: Mapping[str, str],
        key: bytes,
        at: str,
        code_plan: Callable[[Path], CodePlan],
        beside: Beside,
        whole: bool,
    ) -> "CodeSource":
        """Read plans, states and folders of code, which `code_plan` plans.

        Raises:
            InputError: a file is neither, code cannot be planned, or what is said to be the whole
                is a part.
            UsageError: an account is none.
        """
        given(accounts)
        plans = tuple(_read(place, code_plan) for place in places)
        partial = [(plan.name, reason) for plan in plans for reason in plan.partial]
        if whole and partial:
            name, reason = partial[0]
            raise InputError(
                f"this is not the whole: {reason}",
                at=Location(name),
                hint="leave out `--whole`: what else there may be is then unknown",
            )
        return cls(plans=plans, accounts=accounts, key=key, at=at, beside=beside, whole=whole)

    def collect(self, draft: Pieces, progress: Progress) -> None:
        """Write one piece: all objects with what of them cannot be told."""
        progress.total(1)
        progress.started("code")
        said = given(self.accounts)
        laid = lay(self.plans, RecordList(()), said=said, key=self.key, there=True)
        untold = Draft(RecordList(()), source="code", key=self.key)
        for row in self._untold(laid):
            untold.unread(row)
        if self.whole:
            turn_off(untold, _all(laid.overlay))
        records = [*_all(laid.overlay), *_all(untold.overlay())]
        records += _callers(records)
        # What a type makes that is not understood may be anything of its service.
        records += self.beside(records, _services(laid.others) if self.whole else None)
        dated = [structs.replace(one, collected_at=self.at) for one in records]
        draft.write("code", sorted(dated, key=lambda one: one.key))
        gaps = sum(one.kind == UNREAD_KIND for one in dated)
        progress.finished("code", records=len(dated) - gaps, unread=gaps)

    def _untold(self, laid: Laid) -> Iterator[Unread]:
        """Yield what such a snapshot cannot tell beside what is hidden in its objects."""
        for plan in self.plans:
            for number, reason in enumerate(plan.partial):
                yield _unread(f"{plan.name}#{number}", "partial", reason)
        for type_, number in laid.others.items():
            yield _unread(type_, "not-understood", f"{number} objects of a type not understood")


def _read(place: Path, code_plan: Callable[[Path], CodePlan]) -> Plan:
    if place.is_dir():
        # What the code would make of nothing is all that is asked for.
        plan = of_code(code_plan(place), str(place), blind=False)
    else:
        content = document(place, most=SIZE)
        if is_state(parse(content, str(place))):
            state = read_state(content, str(place))
            plan = _of_state(state.name, state.tool_version, state.held)
        else:
            plan = read(content, str(place))
    return structs.replace(plan, changes=tuple(_anew(plan.changes)))


def _anew(changes: Iterable[Change]) -> Iterator[Change]:
    """Yield what there is afterwards as if it were made now; what is forgotten stays."""
    for change in changes:
        if change.action is Action.FORGET:
            yield structs.replace(change, action=Action.CREATE, after=change.before)
        elif change.action in _KEPT and change.managed:
            yield structs.replace(change, action=Action.CREATE)


def _of_state(name: str, tool_version: str, held: Iterable[Held]) -> Plan:
    found = tuple(structs.replace(one, values=_hidden(one)) for one in held)
    return Plan(
        name=name,
        tool_version=tool_version,
        changes=tuple(_change(one) for one in found if one.managed),
        drift=(),
        prior=found,
        providers={},
        partial=(),
        code=WireModule(),
    )


def _change(held: Held) -> Change:
    return Change(
        address=held.address,
        previous_address="",
        type=held.type,
        managed=True,
        provider=held.provider,
        written=None,
        action=Action.CREATE,
        before=None,
        after=held.values,
        importing="",
        deposed="",
        reason="",
    )


def _hidden(held: Held) -> Value:
    """Return the values of an object without those that its type calls sensitive, of which older
    states do not say so.
    """
    known = of_types("hashicorp/aws", resources=[held.type], data=()).resources
    return _without_secrets(known[held.type], held.values) if held.type in known else held.values


def _without_secrets(block: Block, value: Value) -> Value:
    if isinstance(value, list):
        return [_without_secrets(block, one) for one in value]
    if not isinstance(value, dict):
        return value
    found = dict(value)
    for name, attribute in block.attributes.items():
        if attribute.sensitive and found.get(name) is not None:
            found[name] = Hidden.SECRET
    for name, nested in block.blocks.items():
        if name in found:
            found[name] = _without_secrets(nested.block, found[name])
    return found


def _services(types: Iterable[str]) -> Sequence[str]:
    words = {one.removeprefix("aws_").partition("_")[0] for one in types}
    return tuple(sorted({_SERVICES.get(word, word) for word in words}))


def _callers(records: Iterable[Record]) -> Iterator[Record]:
    """Yield, for each account, the record that says that it is one of the estate's."""
    partitions: dict[str, set[str]] = defaultdict(set)
    for one in records:
        if one.account:
            parts = one.id.split(":", 2)
            partitions[one.account] |= {parts[1]} if parts[0] == "arn" else set()
    for account, found in sorted(partitions.items()):
        arn = f"arn:{min(found, default='aws')}:iam::{account}:root"
        body: dict[str, Json] = {"Account": account, "UserId": account, "Arn": arn}
        yield Record(
            provider=PROVIDER,
            account=account,
            region="",
            service="sts",
            kind=_CALLER,
            id=account,
            body=body,
            source="code",
        )


def _all(records: Records) -> Iterator[Record]:
    for kind in records.kinds():
        yield from records.of(kind)


def _unread(operation: str, code: str, reason: str) -> Unread:
    return Unread(
        provider=PROVIDER,
        account="",
        region="",
        service="terraform",
        operation=operation,
        action="",
        kind="",
        resource="",
        code=code,
        reason=reason,
    )
