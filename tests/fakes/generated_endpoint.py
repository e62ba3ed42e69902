# SPDX-License-Identifier: Apache-2.0
"""Endpoints of a generated organisation, with policies of every kind."""

from collections.abc import Iterator

from bartizan.model.facts.service import Endpoint
from tests.fakes.dice import Dice
from tests.fakes.generated_statement import document
from tests.fakes.generated_words import Words

OPEN = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
"""What AWS writes where nobody does."""
_PLACES = (("vpce-1", "vpc-1"), ("vpce-2", "vpc-1"), ("vpce-3", "vpc-2"))


def endpoints(dice: Dice, words: Words) -> Iterator[Endpoint]:
    """Yield some endpoints, for services of which things are asked."""
    for name, network in _PLACES:
        if dice.chance(40):
            continue
        text = document(dice, words, type_="resource")
        yield Endpoint(
            id=name,
            kind="interface",
            network=network,
            account=dice.one(words.accounts),
            region="us-east-1",
            service=f"com.amazonaws.us-east-1.{dice.one(('s3', 's3', 'sqs', 'kms', 'sts'))}",
            interfaces=(),
            private_names=True,
            preserves_client=False,
            available=True,
            name="",
            policy=OPEN if dice.chance(25) else text or "",
        )
