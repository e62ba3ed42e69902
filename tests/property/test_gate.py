# SPDX-License-Identifier: Apache-2.0
"""Theorems of judging changes: what only denies opens nothing, and what two changes open one opens
that makes the same.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from bartizan.model.gate import Gate, Judgement
from tests.fakes.aws_records import ACCOUNT
from tests.fakes.gate_case import CASES, MANAGEMENT, judged, whole

ACTIONS = st.sampled_from(
    ["*", "iam:*", "sts:AssumeRole", "iam:PassRole", "lambda:*", "s3:GetObject", "ec2:Run*"]
)
RESOURCES = st.sampled_from(
    ["*", "arn:aws:iam::111111111111:role/*", "arn:aws:s3:::customers/*", "arn:aws:lambda:*"]
)
CONDITIONS = st.sampled_from(
    [
        {},
        {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
        {"Condition": {"StringNotEquals": {"aws:PrincipalAccount": "111111111111"}}},
        {"Condition": {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}},
    ]
)
ROLES = {
    name: sorted(
        held["name"]
        for address, held in case["base"].items()
        if address.startswith("aws_iam_role.")
    )
    for name, case in CASES.items()
}
"""Case to the names of its roles."""


def _on_a_role(case: Any, statement: Any, role: str) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """Deny a role something by a policy of its own."""
    del case
    return {"aws_iam_role_policy.deny": {"name": "deny", "role": role, "policy": _said(statement)}}


def _as_boundary(case: Any, statement: Any, role: str) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """Give a role a boundary that denies something and allows all else."""
    arn = f"arn:aws:iam::{ACCOUNT}:policy/deny"
    address, held = next(
        (address, held)
        for address, held in case["base"].items()
        if address.startswith("aws_iam_role.") and held["name"] == role
    )
    assume("permissions_boundary" not in held)
    policy = {"name": "deny", "arn": arn, "policy": _said(ALL, statement)}
    return {"aws_iam_policy.deny": policy, address: {**held, "permissions_boundary": arn}}


def _as_guardrail(case: Any, statement: Any, role: str) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """Deny the account something by a guardrail."""
    del case, role
    place = f"arn:aws:organizations::{MANAGEMENT}:policy/o-1/service_control_policy/p-deny00001"
    return {
        "aws_organizations_policy.deny": {
            "name": "deny", "id": "p-deny00001", "arn": place, "type": "SERVICE_CONTROL_POLICY",
            "content": _said(statement),
        },
        "aws_organizations_policy_attachment.deny": {
            "policy_id": "p-deny00001", "target_id": ACCOUNT,
        },
    }  # fmt: skip


def _taken_away(case: Any, statement: Any, role: str) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """Take a policy away that only allows."""
    del statement
    own = [
        address
        for address, held in sorted(case["base"].items())
        if held is not None and address.startswith("aws_iam_role_policy.")
        if held["role"] == role
        if all(one["Effect"] == "Allow" for one in held["policy"]["Statement"])
    ]
    assume(own)
    return {own[0]: None}


ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
FORMS = (_on_a_role, _as_boundary, _as_guardrail, _taken_away)


def _said(*statements: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__.strip("_"))
@pytest.mark.parametrize("kind", ["Action", "NotAction"])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_change_that_only_denies_opens_nothing(
    form: Callable[..., dict[str, Any]], kind: str, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(name for name, held in ROLES.items() if held)))
    case = CASES[name]
    statement = {
        "Effect": "Deny",
        kind: data.draw(ACTIONS),
        "Resource": data.draw(RESOURCES),
        **data.draw(CONDITIONS),
    }
    change = form(case, statement, data.draw(st.sampled_from(ROLES[name])))

    found = judged(case["base"], change, member=case.get("member", False) or form is _as_guardrail)

    assert found.judgement is Judgement.CLEAN
    assert found.comparison.appeared == ()


MADE = {
    name: {
        address: held
        for address, held in {**case["base"], **case["opens"]["change"]}.items()
        # Cases leave out what those have that they are made of.
        if held is not None
    }
    for name, case in CASES.items()
    if case.keys().isdisjoint({"member", "files"})
    and not case["opens"].get("replace")
    and None not in case["opens"]["change"].values()
}
"""Case to all that there is after its change, where nothing is taken away and an account alone is
there.
"""


def _role_of(held: Any) -> str | None:  # noqa: ANN401 - YAML
    return held.get("role") if isinstance(held.get("role"), str) else None


def _named(address: str, held: Any) -> str | None:  # noqa: ANN401 - YAML
    """Return what others name a thing by that cannot be there before it; policies may be."""
    if address.startswith("aws_lb"):
        return str(held["arn"]) if "arn" in held else None
    if address.startswith("aws_iam_instance_profile."):
        return str(held["name"])
    return str(held["id"]) if "id" in held else None


def _mentions(value: Any, name: str) -> bool:  # noqa: ANN401 - YAML
    """Tell whether a name stands anywhere in what is written of a thing."""
    if isinstance(value, (dict, list)):
        parts = value.values() if isinstance(value, dict) else value
        return any(_mentions(part, name) for part in parts)
    return bool(value == name)


@st.composite
def splits(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Draw what is there, and two changes that make the rest of two cases, one after the other."""
    made = dict(MADE[draw(st.sampled_from(sorted(MADE)))])
    apart = [name for name, held in sorted(MADE.items()) if made.keys().isdisjoint(held)]
    made |= MADE[draw(st.sampled_from(apart))]
    # Drawn by itself, so that about as much of it is new as is there.
    dice = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - no secret
    when = {address: dice.choice((0, 0, 1, 2)) for address in made}
    roles = {held["name"]: one for one, held in made.items() if one.startswith("aws_iam_role.")}
    buckets = {
        held["bucket"]: one for one, held in made.items() if one.startswith("aws_s3_bucket.")
    }
    for address, held in made.items():
        # What is put into a role or a bucket is not there before that is.
        for holder in (roles.get(_role_of(held) or ""), buckets.get(str(held.get("bucket")))):
            if holder is not None:
                when[address] = max(when[address], when[holder])
        if address.startswith("aws_eks_access_policy_association."):
            # Nor is somebody's access to a cluster before the cluster, and the somebody in it.
            others = (
                one for one in made if one.startswith(("aws_eks_cluster", "aws_eks_access_e"))
            )
            when[address] = max(when[address], *(when[one] for one in others))
        if address.startswith("aws_s3_bucket_server_side_encryption_configuration."):
            # A bucket that is encrypted later is lost to fewer people from then on.
            when[address] = when[buckets[str(held["bucket"])]]
    named = {one: name for one, held in made.items() if (name := _named(one, held))}
    # As often as there are things: each may wait for one that waits for another.
    for address, held in (pair for _ in made for pair in made.items()):
        for one, name in named.items():
            if one != address and _mentions(held, name):
                when[address] = max(when[address], when[one])
    base, first, second = (
        {address: held for address, held in made.items() if when[address] == part}
        for part in range(3)
    )
    assume(first and second)
    assume(whole(base) and whole({**base, **first}))
    return base, first, second


EVERYBODY = ("the Internet", "any AWS account")
"""Entries at which most people stand, the widest first."""


def _opened(judged_: Gate) -> dict[tuple[tuple[str, ...], str], tuple[int, int]]:
    """What is lost to whom, and how dear the cheapest way is and how few people have it."""
    found: dict[tuple[tuple[str, ...], str], tuple[int, int]] = {}
    for path in judged_.counted:
        entries = tuple(entry.name for entry in path.entries)
        fewest = max(
            EVERYBODY.index(name) if name in EVERYBODY else len(EVERYBODY) for name in entries
        )
        for jewel in (path.jewel, *path.implies):
            pair, worth = (entries, jewel.foothold.entity), (path.cost, fewest)
            found[pair] = min(found.get(pair, worth), worth)
    # Whoever loses the account loses its things by that, whether they are named there or have a
    # path of their own.
    return {
        (entries, jewel): min(worth, found.get((entries, ACCOUNT), worth))
        for (entries, jewel), worth in found.items()
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(split=splits())
def test_what_two_changes_open_one_opens_that_makes_the_same(
    split: tuple[dict[str, Any], dict[str, Any], dict[str, Any]],
) -> None:
    base, first, second = split

    at_once = _opened(judged(base, {**first, **second}))
    one = _opened(judged(base, first))
    other = _opened(judged({**base, **first}, second))

    event(f"opened by the first: {bool(one)}, by the second: {bool(other)}")
    # Of the ways to a thing the cheapest is told, from as many people as have one that cheap. Of
    # others one that differs in its remedies is, so that whose that is may differ.
    apart = _best(one.items() | other.items())
    together = _best(at_once.items())
    assert all(together[jewel] <= worth for jewel, worth in apart.items())
    ways = Counter(jewel for _, jewel in at_once)
    for (entries, jewel), (cost, _) in one.items() | other.items():
        told = {names for names, lost in at_once if lost == jewel}
        # What falls with its account is named on the cheaper path to that.
        cheaper = together[jewel][0] < cost
        assert cheaper or ways[jewel] > 1 or any(_among(entries, names) for names in told)
    # Who has the whole account already gains nothing by a thing of it, whichever way is told.
    before = _opened(judged({}, {**base, **first}))
    owners = {entries for entries, jewel in before if jewel == ACCOUNT}
    late = _best(item for item in at_once.items() if item[0][0] not in owners)
    assert all(apart[jewel] <= worth for jewel, worth in late.items())


def _among(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Tell whether whoever stands at some entries stands at others: an outside account is any, and
    on the Internet.
    """
    if some == others or others == EVERYBODY[:1]:
        return True
    return others == EVERYBODY[1:] and some[0].startswith("the outside account ")


def _best(
    opened: Iterable[tuple[tuple[tuple[str, ...], str], tuple[int, int]]],
) -> dict[str, tuple[int, int]]:
    """Thing to the cheapest way to lose it, by as many people as have one."""
    found: dict[str, tuple[int, int]] = {}
    for (_, jewel), worth in opened:
        found[jewel] = min(found.get(jewel, worth), worth)
    return found
