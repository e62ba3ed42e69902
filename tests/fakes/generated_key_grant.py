# SPDX-License-Identifier: Apache-2.0
"""Grants on the keys of a generated organisation."""

from bartizan.model.facts.policy import KeyGrant
from tests.fakes.dice import Dice
from tests.fakes.generated_words import SERVICES, Words


def grant(dice: Dice, words: Words, key: str, number: int) -> KeyGrant:
    """Return one grant on a key, mostly to somebody near it."""
    account = dice.one((key.split(":")[4], *words.accounts))
    near = [arn for arn in words.principals if arn.split(":")[4] == account]
    grantee = dice.one(
        (
            dice.one(near),
            dice.one(near),
            words.sessions(dice),
            f"arn:aws:iam::{account}:root",
            dice.one(SERVICES),
        )
    )
    pairs = ("app=red", "App=blue", "more=x")
    return KeyGrant(
        id=f"{key}#{number}",
        key=key,
        grantee=grantee,
        retiring="",
        operations=tuple(dice.some(("Decrypt", "Encrypt", "DescribeKey"), least=1, most=3)),
        encryption_context_equals=tuple(dice.some(pairs, most=2)) if dice.chance(30) else (),
        encryption_context_subset=tuple(dice.some(pairs, most=2)) if dice.chance(30) else (),
    )
