# SPDX-License-Identifier: Apache-2.0
"""Reading and writing the one object of a bucket that is the state of some code.

Source: https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required
"""

from collections.abc import Iterator

from msgspec import structs

from bartizan.model.evidence import Evidence
from bartizan.model.facts.pipeline import CodeRoot
from bartizan.model.step import Ability
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.technique import Actor, Binding, Need, Over, Technique
from bartizan.reason.authz.aws.steps.techniques.stores import buckets


def _states(action: str, key_action: str) -> Over:
    """Try the states that lie in buckets in which the actor may be allowed `action`."""

    def over(scene: Scene, actor: Actor) -> Iterator[Binding]:
        roots = [row for row in scene.estate.facts.rows(CodeRoot) if row.state]
        for bound in buckets(action)(scene, actor) if roots else ():
            for row in roots:
                if row.store == bound.names["store"]:
                    why = f"is the state of {row.id}"
                    yield structs.replace(
                        bound,
                        names={**bound.names, "object": row.state},
                        evidence=(*bound.evidence, Evidence(subject=row.state, why=why)),
                        extra=tuple(_with(need, key_action) for need in bound.extra),
                    )

    return over


def _with(need: Need, action: str) -> Need:
    return structs.replace(need, action=action)


TECHNIQUES = (
    Technique(
        id="read-state",
        title="Read the state of code",
        attack="T1552.001",
        explanation="The state of code holds all that its resources are made of, secrets in plain "
        "text. Close it by letting only the pipeline read the object.",
        effort=1,
        over=_states("s3:GetObject", "kms:Decrypt"),
        needs=(Need(action="s3:GetObject", resource="{object}"),),
        grants=Ability.READ,
        entity="{object}",
        administrator=True,
        abroad=True,
    ),
    Technique(
        id="write-state",
        title="Write the state of code",
        attack="T1565.001",
        explanation="The next plan goes by what the state says. Close it by letting only the "
        "pipeline write the object.",
        effort=1,
        over=_states("s3:PutObject", "kms:GenerateDataKey"),
        needs=(Need(action="s3:PutObject", resource="{object}"),),
        grants=Ability.WRITE,
        entity="{object}",
        administrator=True,
        abroad=True,
    ),
)
