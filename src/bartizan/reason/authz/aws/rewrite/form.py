# SPDX-License-Identifier: Apache-2.0
"""Tells the type of a policy document by its form."""

from bartizan.reason.authz.aws.policy.document import Document

TYPES = ("identity", "resource", "trust", "scp", "rcp", "boundary")
"""Types that can be rewritten."""


def type_of(document: Document) -> str:
    """Return `identity` where nobody is named, `trust` where no resource is, else `resource`."""
    if all(one.principal is None and one.not_principal is None for one in document.statements):
        return "identity"
    if all(one.resource is None and one.not_resource is None for one in document.statements):
        return "trust"
    return "resource"
