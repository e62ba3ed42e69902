# SPDX-License-Identifier: Apache-2.0
"""Many single requests over accounts that one template made, beside the definition."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.docket import Docket
from bartizan.reason.authz.aws.kernel.docket_sides import DocketSides
from bartizan.reason.authz.aws.kernel.each import Each
from bartizan.reason.authz.aws.kernel.everyone import Everyone
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from tests.fakes.engines import defined
from tests.fakes.estate import EstateBuilder
from tests.fakes.generated_request import Question
from tests.fakes.statements import FULL, Statements, allow, deny, trusts

ACCOUNTS = ("121212121212", "123412341234", "232323232323", "341212121234")
READ, LIST, DECRYPT, SEND = "s3:GetObject", "s3:ListBucket", "kms:Decrypt", "sqs:SendMessage"


def sent_to_where(condition: Mapping[str, Mapping[str, str]]) -> EstateBuilder:
    """Make queues to which anybody may send under a condition."""
    return stamped(queue=[trusts("*", SEND, Resource="*", Condition=condition)])


def stamped(
    bucket: Statements | None = None,
    rcp: Statements | None = None,
    queue: Statements | None = None,
    *,
    holds: Statements = FULL,
) -> EstateBuilder:
    """Make accounts from one template; `@A@` in policies is the account, `@B@` the next one."""
    built = EstateBuilder()
    built.organization()
    for account, beside in zip(ACCOUNTS, ACCOUNTS[1:] + ACCOUNTS[:1], strict=True):

        def fill(held: Statements | None, a: str = account, b: str = beside) -> Statements | None:
            text = repr(held).replace("@A@", a).replace("@B@", b)
            return None if held is None else eval(text)  # noqa: S307 - written above

        built.account(account, member=True)
        for name in ("app", f"r-{account}"):
            trust = [trusts({"AWS": f"arn:aws:iam::{beside}:root"}, "sts:*")]
            built.role(name, account, trust=trust, allows=fill(holds), tags={"team": "a"})
        built.user("u", account, allows=fill(holds))
        for name in ("data", "logs"):
            tags = {"owner": account, "name": name}
            built.bucket(f"{name}-{account}", account, policy=fill(bucket), tags=tags)
        built.store(
            "AWS::SQS::Queue",
            f"arn:aws:sqs:us-east-1:{account}:q",
            account,
            policy=fill(queue),
            tags={"owner": account},
        )
        key = built.key("k", account, policy=fill([trusts({"AWS": "@A@"}, "kms:*", Resource="*")]))
        built.grant(key, f"arn:aws:iam::{beside}:role/app", ("Decrypt",))
        built.key("vendor", account, policy=None, manager="AWS")
        if rcp is not None:
            built.guardrail(account, fill(rcp) or (), use="rcp")
    return built


def asked() -> Sequence[tuple[str, str]]:
    """Return actions with things of all accounts."""
    return [
        (action, thing)
        for a in ACCOUNTS
        for action, thing in (
            (READ, f"arn:aws:s3:::data-{a}/x"),
            (LIST, f"arn:aws:s3:::data-{a}"),
            (READ, f"arn:aws:s3:::logs-{a}/x"),
            (SEND, f"arn:aws:sqs:us-east-1:{a}:q"),
            (DECRYPT, f"arn:aws:kms:us-east-1:{a}:key/k"),
            (DECRYPT, f"arn:aws:kms:us-east-1:{a}:key/vendor"),
            ("sts:AssumeRole", f"arn:aws:iam::{a}:role/app"),
            ("iam:PassRole", f"arn:aws:iam::{a}:role/r-{a}"),
        )
    ]


def everyone_asks(names: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    triples = [(name, *one) for name, one in product(names, asked())]
    names_, actions, things = (list(column) for column in zip(*triples, strict=True))
    return names_, actions, things


NAMED = "arn:aws:iam::@B@:role/app"
BY_ARN = {"Condition": {"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::@B@:*", "*/r-12*"]}}}


@pytest.mark.parametrize(
    "built",
    [
        stamped(),
        stamped([trusts({"AWS": NAMED}, READ, Resource="arn:aws:s3:::data-@A@/*")]),
        stamped([trusts("*", "s3:*", Resource="arn:aws:s3:::data-@A@*", **BY_ARN)]),
        stamped([trusts("*", "s3:*", Resource="arn:aws:s3:::data-12*", **BY_ARN)]),
        stamped([trusts("*", READ, Resource="*"), deny("s3:*", Principal={"AWS": "@B@"})]),
        stamped([{**deny("s3:*"), "NotPrincipal": {"AWS": ["@A@", NAMED]}}]),
        stamped(
            [trusts("*", READ, Resource="*")],
            [deny("s3:*", Condition={"StringNotEquals": {"aws:PrincipalAccount": "@B@"}})],
        ),
        stamped(
            [trusts("*", READ, Resource="*")],
            [deny("s3:*", "*4/*", Condition={"StringLike": {"aws:ResourceAccount": "*1212*"}})],
        ),
        sent_to_where({"StringEquals": {"aws:ResourceTag/owner": "${aws:PrincipalAccount}"}}),
        sent_to_where({"NumericLessThan": {"aws:PrincipalAccount": "200000000000"}}),
        sent_to_where({"StringEquals": {"aws:PrincipalTag/team": "a"}}),
        sent_to_where({"StringEquals": {"aws:PrincipalTag/team": "b"}}),
        stamped(holds=[allow("s3:*", ["arn:aws:s3:::data-@B@*", "arn:aws:s3:::data-12*/*"])]),
        stamped([trusts("*", READ, Resource="*")], holds=[allow("s3:*", "arn:aws:s3:::*-@B@/*")]),
        stamped(holds=[allow("s3:*", "arn:aws:s3:::*34/x"), allow("sqs:*", "*:*:*:*:12*:?")]),
        stamped(
            holds=[allow("*", Condition={"StringLike": {"aws:ResourceTag/owner": ["12*", "x"]}})]
        ),
        stamped(
            holds=[allow("*", Condition={"StringEquals": {"aws:PrincipalTag/team": ["b", "@A@"]}})]
        ),
        stamped(
            holds=[
                allow("*", Condition={"StringEquals": {"aws:ResourceTag/owner": "@B@"}}),
                deny("sqs:*", Condition={"StringEquals": {"aws:ResourceAccount": "@A@"}}),
                {"Effect": "Deny", "Action": "*", "NotResource": ["arn:*:@A@:*", "arn:aws:s3:*"]},
            ]
        ),
        stamped(
            holds=[
                allow("*", "arn:aws:*:*:${aws:PrincipalAccount}:*"),
                allow("s3:*", "arn:aws:s3:::data-${aws:ResourceAccount}/*"),
                allow("kms:*", "arn:aws:kms:*:*:key/${aws:PrincipalTag/team}*"),
                {"Effect": "Allow", "Action": "sts:*", "NotResource": "arn:*${aws:SourceVpc}"},
            ]
        ),
    ],
    ids=range(19),
)
def test_each_request_is_decided_as_by_the_definition(built: EstateBuilder) -> None:
    facts = built.facts()
    kernel, estate = Kernel.compile(facts), Estate(facts)
    columns = everyone_asks(kernel.names)

    found = kernel.decide_each(*columns).tolist()

    wanted = [
        defined(estate, name, Question(action=action, resource=thing, chosen={}, complete=False))
        for name, action, thing in zip(*columns, strict=True)
    ]
    assert found == wanted


def test_what_differs_in_accounts_alone_is_put_to_the_court_once() -> None:
    facts = stamped(
        [trusts({"AWS": NAMED}, READ, Resource="arn:aws:s3:::data-@A@/*")],
        [deny("s3:*", Condition={"StringNotEquals": {"aws:PrincipalAccount": ["@A@", "@B@"]}})],
    ).facts()
    estate = Estate(facts)
    callers = Callers.of(estate, [f"arn:aws:iam::{a}:role/app" for a in ACCOUNTS])
    everyone = Everyone.compile(estate, callers)
    things = [f"arn:aws:s3:::data-{a}/x" for a in ACCOUNTS]
    rows, thing = (np.array(x) for x in zip(*product(range(4), range(4)), strict=True))
    encoded = [
        pa.DictionaryArray.from_arrays(pa.array(held, pa.int32()), texts)
        for held, texts in ((rows * 0, [READ]), (thing, things))
    ]
    looked = Each(callers, everyone, facts).look(rows, *encoded)
    docket = Docket(callers, estate, rows, actions=([READ], rows * 0), things=(things, thing))

    number, first = DocketSides(docket, everyone, looked.policies, looked.policy).alike

    # It asks at home, from the account that is named, from before it, or from elsewhere.
    order = [callers.who(row).account for row in range(4)]
    apart = [(ACCOUNTS.index(order[r]) - t) % 4 for r, t in zip(rows, thing, strict=True)]
    assert len(first) == 3
    assert {(a, n) for a, n in zip(apart, number.tolist(), strict=True) if a < 2} == {
        (0, number[apart.index(0)]),
        (1, number[apart.index(1)]),
    }
