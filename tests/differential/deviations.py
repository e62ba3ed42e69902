# SPDX-License-Identifier: Apache-2.0
"""Where the other engine answers otherwise, each deviation as a correction of what it is asked.

A correction says the vendor's rule in the other engine's own terms. A disagreement belongs to a
deviation only if the other engine, asked with the correction, agrees with us: so no class can
hide a mistake of ours that it does not cause. `docs/labs/other-engines.md` has a section for
each name.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.differential import callers, patterns, values
from tests.differential.callers import Line
from tests.differential.oracle import Simulation


@dataclass(frozen=True)
class Deviation:
    """One way in which the other engine departs from the vendor's rules."""

    name: str
    """Of its section."""
    correct: Callable[[Line, Simulation], list[Simulation]]
    """Return what to ask instead; what any of them allows is allowed, and what any denies
    explicitly is denied. The question itself where the deviation does not concern the line.
    """


DEVIATIONS: tuple[Deviation, ...] = (
    Deviation("root-user", callers.root),
    Deviation("root-user-assumes-no-role", callers.root_assumes_no_role),
    Deviation("unsigned-requests", callers.unsigned),
    Deviation("federated-users-and-the-token-service", callers.federated_tokens),
    Deviation("federated-user-without-a-session-policy", callers.federated_alone),
    Deviation("unique-ids", callers.unique_ids),
    Deviation("federated-user-named-by-its-user", callers.federated_parent),
    Deviation("named-directly-despite-a-session-policy", callers.named_directly),
    Deviation("paths-of-roles", callers.paths_of_roles),
    Deviation("tokens-have-no-account", callers.tokens_have_no_account),
    Deviation("block-of-public-access", callers.block),
    Deviation("variables-in-version-2008-10-17", patterns.version),
    Deviation("wildcards-in-the-type-of-a-resource", patterns.types_of_resources),
    Deviation("wildcards-for-empty-segments", patterns.empty_segments),
    Deviation("short-patterns-of-resources", patterns.short_resources),
    Deviation("encryption-context", values.encryption_context),
    Deviation("empty-sets", values.empty_sets),
    Deviation("dots-in-arns", patterns.dots),
    Deviation("line-ends", patterns.line_ends),
    Deviation("short-patterns-of-arns", values.short_arns),
    Deviation("addresses-written-otherwise", values.addresses),
    Deviation("all-addresses", values.all_addresses),
    Deviation("what-is-no-base64", values.base64_bytes),
    Deviation("special-characters", values.literals),
    Deviation("variables-in-arns", values.variables_in_arns),
    Deviation("dates-as-seconds", values.epoch),
    Deviation("what-is-no-number", values.numbers),
)
"""Every known deviation, one entry each."""

DENIED_ANYWAY = Deviation("denied-anyway", values.undecided)
"""Whether a deny holds is not said, and nothing allows: it is denied in any case, and only whether
it is so explicitly differs. For such disagreements alone."""

UNDECIDED = {
    "behaviour:NotPrincipal": "not-principal.md",
    "behaviour:unresolved variable under negation": "unresolved-variables.md",
    "behaviour:resource": "arn-wildcards.md",
}
"""What neither the vendor nor a trial settles, by the beginning of what is missing, with its page:
there the other engine decides, and we do not."""
