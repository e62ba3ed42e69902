# SPDX-License-Identifier: Apache-2.0
"""Every rule, in one list: a new one is an entry of its file."""

from bartizan.reason.authz.aws.check import (
    action,
    combination,
    condition_key,
    condition_set,
    condition_value,
    contradiction,
    coverage,
    federation,
    form,
    guardrail,
    perimeter,
    principal,
    privilege,
    reach,
    resource,
    size,
    variable,
)

RULES = (
    *form.RULES,
    *size.RULES,
    *action.RULES,
    *resource.RULES,
    *combination.RULES,
    *condition_value.RULES,
    *condition_key.RULES,
    *condition_set.RULES,
    *contradiction.RULES,
    *variable.RULES,
    *coverage.RULES,
    *reach.RULES,
    *privilege.RULES,
    *principal.RULES,
    *perimeter.RULES,
    *federation.RULES,
    *guardrail.RULES,
)
