# SPDX-License-Identifier: Apache-2.0
"""Every rule, in one list: a new one is an entry of its file."""

from bartizan.reason.authz.aws.check import (
    action,
    form,
    size,
)

RULES = (
    *form.RULES,
    *size.RULES,
    *action.RULES,
)
