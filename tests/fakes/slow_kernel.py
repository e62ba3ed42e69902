# SPDX-License-Identifier: Apache-2.0
"""A kernel that is right by construction: it asks the definition for every caller."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bartizan.model.facts import Facts
from bartizan.reason.authz.aws.definition.context import Surroundings
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.setting import is_principal_tag
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

    def could_hold(self, chosen: Chosen) -> NDArray[np.bool_]:
        found = [self._could_hold(name, chosen) for name in self._names]
        return np.array(found, dtype=bool)

    def _could_hold(self, name: str, chosen: Chosen) -> bool:
        request = self.estate.request(name, "s3:ListBucket", "arn:aws:s3:::whose", {})
        tagged = self.estate.sessions_take_tags(request.principal.arn)
        for key, value in chosen.items():
            held = Surroundings(request).values(key)
            if isinstance(held, tuple):
                same = held == (value if isinstance(value, tuple) else (value,))
                could = same or (tagged and is_principal_tag(key.lower()))
            else:
                could = held is not None and not self.estate.lacks(request, key.lower())
            if not could:
                return False
        return True

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
