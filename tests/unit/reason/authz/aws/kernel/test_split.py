# SPDX-License-Identifier: Apache-2.0
from bartizan.engine.local import LocalEngine
from bartizan.model.facts import TABLES
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.kernel.split import compiled
from tests.fakes.dice import seeded
from tests.fakes.estate import EstateBuilder
from tests.fakes.generated_organization import organization
from tests.fakes.statements import trusts

HOME, OTHER, STRANGER = "111111111111", "222222222222", "333333333333"


def test_processes_compile_what_one_would() -> None:
    facts = organization(seeded(1), small=True).facts
    # Each process gets tables alone, never what was made of them here.
    tables = type(facts).of_tables({table.table: facts.table(table) for table in TABLES})

    many = compiled(tables, LocalEngine(2).run, at_once=3)

    one = compiled(facts, LocalEngine(1).run)
    assert many.keys() == one.keys()
    assert [n for n in one if not many[n].equals(one[n], check_metadata=True)] == []


def test_whoever_is_named_in_another_account_is_compiled() -> None:
    made = EstateBuilder()
    made.account(HOME)
    made.account(OTHER)
    theirs = f"arn:aws:sts::{OTHER}:assumed-role/theirs/session"
    foreign = f"arn:aws:iam::{STRANGER}:role/foreign"
    made.role("role", HOME, trust=[trusts({"AWS": theirs})])
    made.role("theirs", OTHER, trust=[trusts({"AWS": foreign})])

    found = compiled(made.facts(), LocalEngine(1).run, at_once=1)

    names = list(Callers(found["callers"]).names)
    assert theirs in names
    assert foreign in names
    assert names == list(Kernel.compile(made.facts()).names)
