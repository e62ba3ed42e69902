# SPDX-License-Identifier: Apache-2.0
"""Theorems that hold on every estate, whichever engine decides."""

import dataclasses
import json
from collections.abc import Callable, Iterable, Sequence
from typing import cast

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.organization import Account
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy
from bartizan.model.table import Row
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from tests.fakes.dice import Dice, dice
from tests.fakes.engines import ALLOWED, DENIED, UNKNOWN, Engine, by_definition, by_kernel
from tests.fakes.generated_organization import Generated, organization
from tests.fakes.generated_request import Question, question
from tests.fakes.generated_statement import statement
from tests.fakes.known_rows import rows

ENGINES = [
    pytest.param(by_definition, id="definition"),
    pytest.param(by_kernel, id="kernel"),
]
PROFILE = settings(max_examples=40, deadline=None, phases=(Phase.generate, Phase.shrink))
EXEMPT = ("sts:getcalleridentity", "sts:getsessiontoken")
OPENNESS = {DENIED: 0, UNKNOWN: 1, ALLOWED: 2}


@dataclasses.dataclass(frozen=True)
class Scene:
    """An organisation and questions to it."""

    made: Generated
    asked: tuple[Question, ...]
    dice: Dice

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody whom both engines know."""
        return tuple(Kernel.compile(self.made.facts).names)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    thrown = draw(dice())
    made = organization(thrown, small=True)
    return Scene(made, tuple(question(thrown, made) for _ in range(3)), thrown)


def each_engine(test: Callable[[Engine, Scene], None]) -> Callable[..., None]:
    """Try a theorem on generated scenes, with each engine."""
    tried = PROFILE(given(scene=scenes())(test))
    return cast("Callable[..., None]", pytest.mark.parametrize("engine", ENGINES)(tried))


def people(made: Generated) -> list[str]:
    """Name users and roles whose policies are as the facts have them."""
    return [row.arn for row in made.facts.rows(Principal) if row.type in {"user", "role"}]


def written(text: str, *, to: Iterable[str], use: str, type_: str = "identity") -> list[Row]:
    """Return the rows of one new policy for each target."""
    found: list[Row] = []
    for target in to:
        id_ = f"new-{use}-{target}"
        found.append(Attachment(policy=id_, target=target, use=use))
        found.append(
            Policy(
                id=id_,
                provider="aws",
                type=type_,
                account="",
                name=id_,
                managed="customer",
                document=text,
                default_version="",
                kind="test",
                record=id_,
            )
        )
    return found


def one(**elements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [elements]})


ALL = {"Action": "*", "Resource": "*"}


def openness(engine: Engine, facts: Facts, names: Sequence[str], asked: Question) -> list[int]:
    """Order the answers. Keys that were not chosen stay unknown: were they absent, a role whose
    own tags deny it could be let in by a session without them, which more policies may cause.
    """
    open_ended = structs.replace(asked, complete=False)
    return [OPENNESS[found] for found in engine(facts, names, open_ended)]


@each_engine
def test_deny_wins_on_an_estate(engine: Engine, scene: Scene) -> None:
    names = people(scene.made)
    deny = written(one(Effect="Deny", **ALL), to=names, use="identity")
    facts = Facts.of([*rows(scene.made.facts), *deny])
    accounts = {row.id for row in facts.rows(Account)}
    names = [name for name in names if account_of(name) in accounts]

    for asked in scene.asked:
        if asked.action.lower() not in EXEMPT:
            assert set(engine(facts, names, asked)) <= {DENIED}


@each_engine
def test_default_deny_on_an_estate(engine: Engine, scene: Scene) -> None:
    bare = [
        row
        for row in rows(scene.made.facts)
        if not isinstance(row, Policy | Attachment | KeyGrant | Unread)
    ]

    for asked in scene.asked:
        if asked.action.lower() not in EXEMPT:
            assert ALLOWED not in engine(Facts.of(bare), people(scene.made), asked)


@each_engine
def test_order_of_statements_is_irrelevant_on_an_estate(engine: Engine, scene: Scene) -> None:
    turned = [
        structs.replace(row, document=_reversed(row.document)) if isinstance(row, Policy) else row
        for row in rows(scene.made.facts)
    ]
    turned = [
        *(row for row in turned if not isinstance(row, Policy | Attachment)),
        *reversed([row for row in turned if isinstance(row, Policy | Attachment)]),
    ]

    for asked in scene.asked:
        before = engine(scene.made.facts, scene.names, asked)
        assert engine(Facts.of(turned), scene.names, asked) == before


def _reversed(text: str | None) -> str | None:
    body = json.loads(text or "{}")
    if isinstance(body.get("Statement"), list):
        body["Statement"].reverse()
    return json.dumps(body) if text else text


@each_engine
def test_adding_an_allow_never_closes(engine: Engine, scene: Scene) -> None:
    extra = {**statement(scene.dice, scene.made.words, type_="identity"), "Effect": "Allow"}
    text = scene.dice.one((one(Effect="Allow", **ALL), one(**extra)))
    more = written(text, to=people(scene.made), use="identity")

    for asked in scene.asked:
        before = openness(engine, scene.made.facts, scene.names, asked)
        facts = Facts.of([*rows(scene.made.facts), *more])
        after = openness(engine, facts, scene.names, asked)
        assert all(new >= old for new, old in zip(after, before, strict=True))


@each_engine
def test_adding_a_deny_never_opens(engine: Engine, scene: Scene) -> None:
    extra = {**statement(scene.dice, scene.made.words, type_="identity"), "Effect": "Deny"}
    _never_opens(engine, scene, written(one(**extra), to=people(scene.made), use="identity"))


@each_engine
def test_adding_a_guardrail_never_opens(engine: Engine, scene: Scene) -> None:
    """A service control policy that denies, or all of them where there were none."""
    extra = {**statement(scene.dice, scene.made.words, type_="scp"), "Effect": "Deny"}
    accounts = [row.id for row in scene.made.facts.rows(Account)]
    _never_opens(engine, scene, written(one(**extra), to=accounts, use="scp", type_="scp"))


@each_engine
def test_adding_a_boundary_never_opens(engine: Engine, scene: Scene) -> None:
    bounded = {row.target for row in scene.made.facts.rows(Attachment) if row.use == "boundary"}
    extra = statement(scene.dice, scene.made.words, type_="identity")
    free = [name for name in people(scene.made) if name not in bounded]
    _never_opens(engine, scene, written(one(**extra), to=free, use="boundary"))


def _never_opens(engine: Engine, scene: Scene, more: Iterable[Row]) -> None:
    facts = Facts.of([*rows(scene.made.facts), *more])
    for asked in scene.asked:
        before = openness(engine, scene.made.facts, scene.names, asked)
        after = openness(engine, facts, scene.names, asked)
        assert all(new <= old for new, old in zip(after, before, strict=True))


@each_engine
def test_across_accounts_both_sides_are_needed_on_an_estate(engine: Engine, scene: Scene) -> None:
    facts = scene.made.facts
    people_ = set(people(scene.made))
    known = {row.id for row in facts.rows(Account) if row.collected}
    unread = [row for row in rows(facts) if isinstance(row, Unread)]
    whole = [row for row in rows(facts) if row not in unread]
    theirs_gone = Facts.of(
        row for row in whole if not (isinstance(row, Attachment) and row.use in _OF_RESOURCES)
    )
    mine_gone = Facts.of(
        row for row in whole if not (isinstance(row, Attachment) and row.use == "identity")
    )
    for asked in scene.asked:
        names = [
            name
            for name in people_
            if account_of(name) in known and _owner(asked.resource) not in {"", account_of(name)}
        ]
        if not names or asked.action.lower() in EXEMPT:
            continue
        assert ALLOWED not in engine(theirs_gone, names, asked)
        assert set(engine(mine_gone, names, asked)) <= {DENIED}


_OF_RESOURCES = {"resource", "trust"}


def _owner(arn: str) -> str:
    """Return the account in an ARN; what the vendor owns counts as the caller's own."""
    account = account_of(arn)
    return account if account.isdigit() else ""
