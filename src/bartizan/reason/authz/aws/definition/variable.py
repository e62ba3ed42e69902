# SPDX-License-Identifier: Apache-2.0
"""Policy variables: filled in from the request, as literal text.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from bartizan.reason.authz.aws.definition.context import Surroundings
from bartizan.reason.authz.aws.definition.truth import Maybe, maybe
from bartizan.reason.authz.aws.policy.wildcard import Token, Variable, Wild


def resolve(
    pieces: tuple[Token, ...], surroundings: Surroundings
) -> tuple[Token, ...] | Maybe | None:
    """Fill in the variables of a pattern; what is filled in is never a wildcard. None where a
    variable has neither value nor default: nothing can match then (note under the title).
    """
    found: list[Token] = []
    missing: list[str] = []
    for piece in pieces:
        if not isinstance(piece, Variable):
            found.append(piece)
            continue
        values = surroundings.values(piece.key)
        if isinstance(values, Maybe):
            missing.extend(values.missing)
        elif values is not None and not surroundings.multivalued(piece.key):
            found.append(values[0])
        elif piece.default is not None:
            found.append(piece.default)
        else:
            # Absent, or of many values, which cannot be a variable.
            return None
    return Maybe(tuple(dict.fromkeys(missing))) if missing else tuple(found)


def at_most(pieces: tuple[Token, ...], surroundings: Surroundings) -> tuple[Token, ...]:
    """Put `*` in the place of variables that are not known: all that a pattern could match."""
    found: list[Token] = []
    for piece in pieces:
        filled = resolve((piece,), surroundings)
        found.extend((Wild.MANY,) if filled is None or isinstance(filled, Maybe) else filled)
    return tuple(found)


def unresolved_under_negation(where: str) -> Maybe:
    """Decide a variable without a value under `NotResource` or a negated operator.

    The vendor says both that nothing matches, which makes a negation hold, and that the whole
    statement may be invalid, so this is not known. See docs/labs/unresolved-variables.md.
    """
    return maybe(f"behaviour:unresolved variable under negation in {where}")
