# SPDX-License-Identifier: Apache-2.0
"""Which locked versions the code does not allow, by the vendor's page on constraints."""

import pytest

from bartizan.sources.terraform.pipeline.lock import refused


@pytest.mark.parametrize(
    ("constraint", "version", "said"),
    [
        ("~> 6.0", "5.99.0", True),
        ("~> 6.0", "6.7.1", False),
        ("~> 6.0", "7.0.0", True),
        ("~> 1.2.3", "1.2.9", False),
        ("~> 1.2.3", "1.3.0", True),
        ("~> 1.2.3", "1.2.2", True),
        (">= 1.0, < 2.0", "2.0.0", True),
        (">= 1.0, < 2.0", "1.9.9", False),
        ("> 1.2.3", "1.2.3", True),
        ("<= 1.2.3", "1.2.3", False),
        ("!= 1.2.3", "1.2.3", True),
        ("= 1.2.3", "1.2.4", True),
        ("1.2.3", "1.2.3", False),
        ("v1.2.3", "1.2.4", True),
        # Open: one number alone, versions before a release, what is no constraint.
        ("~> 1", "2.0.0", False),
        ("~> 1", "0.9.0", True),
        (">= 2.0", "2.0.0-beta1", False),
        (">= 2.0.0-beta1", "1.0.0", False),
        ("", "1.0.0", False),
        ("newest", "1.0.0", False),
    ],
)
def test_a_version_is_refused_where_the_constraint_surely_does_not_allow_it(
    constraint: str, version: str, *, said: bool
) -> None:
    assert refused(constraint, version) is said
