# SPDX-License-Identifier: Apache-2.0
"""A kernel that is right by construction: it asks the definition for every caller."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bartizan.model.facts import Facts
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.universe import universe
from bartizan.reason.authz.aws.question.engine import Chosen
from tests.fakes.engines import defined
from tests.fakes.generated_request import Question


class SlowKernel:
    """Decides by a loop over callers."""

    def __init__(self, facts: Facts) -> None:
        self.estate = Estate(facts)
        self._names = tuple(sorted(set(universe(self.estate))))

    @property
    def names(self) -> Sequence[str]:
        return self._names

    def who_can(
        self, action: str, resource: str, *, chosen: Chosen | None = None, complete: bool = False
    ) -> NDArray[np.uint8]:
        found = [
            self.decide(name, action, resource, chosen=chosen, complete=complete)
            for name in self._names
        ]
        return np.array(found, dtype=np.uint8)

    def decide(
        self,
        principal: str,
        action: str,
        resource: str,
        *,
        chosen: Chosen | None = None,
        complete: bool = False,
    ) -> int:
        asked = Question(
            action=action, resource=resource, chosen=dict(chosen or {}), complete=complete
        )
        return defined(self.estate, principal, asked)
