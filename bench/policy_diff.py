# SPDX-License-Identifier: Apache-2.0
"""How long the comparison of two policies takes: AWS managed policies and their mutants."""

import json
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from bartizan.reason.authz.aws.diff.within import within
from bartizan.reason.authz.aws.policy.read import read

SEED = 4
PAIRS = 2_000
"""Drawn from about 11,000."""
_KEEP = 1
_Policy = dict[str, Any]


def managed() -> Iterator[tuple[str, _Policy]]:
    """Yield each managed policy with its name."""
    for name, entry in sorted(json.loads(aws_managed_policies_data).items()):
        document = entry["Document"]
        if isinstance(document["Statement"], dict):
            document["Statement"] = [document["Statement"]]
        yield name, document


def _listed(statement: _Policy, element: str) -> list[str]:
    found = statement[element]
    return [found] if isinstance(found, str) else list(found)


def _action(statement: _Policy) -> str:
    return "Action" if "Action" in statement else "NotAction"


def drop(policy: _Policy, dice: random.Random) -> None:
    """Take a statement away."""
    if len(policy["Statement"]) > _KEEP:
        policy["Statement"].pop(dice.randrange(len(policy["Statement"])))


def add(policy: _Policy, dice: random.Random) -> None:
    """Put a statement in."""
    action = dice.choice(("s3:GetObject", "iam:PassRole", "ec2:*", "kms:Decrypt"))
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    policy["Statement"].insert(dice.randrange(len(policy["Statement"]) + 1), statement)


def widen(policy: _Policy, dice: random.Random) -> None:
    """Let one action pattern cover more."""
    statement = dice.choice(policy["Statement"])
    patterns = _listed(statement, _action(statement))
    at = dice.randrange(len(patterns))
    head, _, tail = patterns[at].partition(":")
    patterns[at] = f"{head}:{tail[: max(1, len(tail) // 2)]}*" if tail else "*"
    statement[_action(statement)] = patterns


def narrow(policy: _Policy, dice: random.Random) -> None:
    """Take one action pattern away, or let it cover less."""
    statement = dice.choice(policy["Statement"])
    patterns = _listed(statement, _action(statement))
    at = dice.randrange(len(patterns))
    if len(patterns) > _KEEP:
        patterns.pop(at)
    else:
        patterns[at] = (
            patterns[at].replace("*", "Describe*", 1) if ":" in patterns[at] else "ec2:*"
        )
    statement[_action(statement)] = patterns


def confine(policy: _Policy, dice: random.Random) -> None:
    """Confine one statement's resources."""
    statement = dice.choice(policy["Statement"])
    if "Resource" in statement:
        found = _listed(statement, "Resource")
        statement["Resource"] = [
            one + "x*"
            if one.endswith("/")
            else one.replace("*", "x*", 1)
            if one != "*"
            else "arn:aws:s3:::example*"
            for one in found
        ]


def condition(policy: _Policy, dice: random.Random) -> None:
    """Put a condition on a statement."""
    statement = dice.choice(policy["Statement"])
    test = dice.choice(
        (
            {"Bool": {"aws:SecureTransport": "true"}},
            {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}},
            {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
            {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/a*"}},
        )
    )
    statement["Condition"] = {**test, **statement.get("Condition", {})}


def free(policy: _Policy, dice: random.Random) -> None:
    """Take the conditions of a statement away."""
    conditioned = [one for one in policy["Statement"] if "Condition" in one]
    if conditioned:
        del dice.choice(conditioned)["Condition"]


def swap(policy: _Policy, dice: random.Random) -> None:
    """Let an Allow deny, or the reverse."""
    statement = dice.choice(policy["Statement"])
    statement["Effect"] = "Deny" if statement["Effect"] == "Allow" else "Allow"


MUTATIONS: tuple[Callable[[_Policy, random.Random], None], ...] = (
    drop,
    add,
    widen,
    narrow,
    confine,
    condition,
    free,
    swap,
)


def pairs(*, seed: int = SEED) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, mutation, old and new text: every policy with one mutant of each kind."""
    for name, policy in managed():
        text = json.dumps(policy)
        for mutation in MUTATIONS:
            dice = random.Random(f"{seed} {name} {mutation.__name__}")  # noqa: S311 - no secret
            mutant = json.loads(text)
            mutation(mutant, dice)
            changed = json.dumps(mutant)
            if changed != text:
                yield name, mutation.__name__, text, changed


def main() -> None:
    """Print what both directions of all comparisons take, reading included."""
    begin = time.perf_counter()
    within(
        read('{"Statement": []}', name="warm"),
        read('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}', name="warm"),
    )
    warm = time.perf_counter() - begin
    taken: list[tuple[float, str, str]] = []
    unknown = gained = 0
    drawn = random.Random(SEED).sample(list(pairs()), PAIRS)  # noqa: S311 - no secret
    for name, mutation, old, new in drawn:
        start = time.perf_counter()
        documents = read(old, name="old"), read(new, name="new")
        answers = within(*documents), within(*reversed(documents))
        taken.append((time.perf_counter() - start, name, mutation))
        unknown += any(answer.holds is None for answer in answers)
        gained += answers[1].holds is False
    taken.sort()
    mid, late, last = (taken[int(len(taken) * part)] for part in (0.5, 0.99, 1 - 1e-9))
    print(
        f"policy diff of {len(taken):,} pairs, managed policies with their mutants, seed {SEED}: "
        f"p50 {mid[0] * 1e3:.2f} ms, p99 {late[0] * 1e3:.1f} ms, worst {last[0] * 1e3:.0f} ms "
        f"({last[1]}, {last[2]}), {unknown / len(taken):.2%} unknown, {gained:,} gain access; "
        f"first one {warm * 1e3:.0f} ms"
    )


if __name__ == "__main__":
    main()
