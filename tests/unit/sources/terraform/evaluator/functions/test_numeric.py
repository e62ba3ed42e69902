# SPDX-License-Identifier: Apache-2.0
"""Functions of numbers, by the vendor's examples and by what Terraform 1.11 was asked."""

import pytest

from tests.fakes.asked_function import REFUSED, UNKNOWN, ask, said


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("abs", -12.4), 12.4),
        (("ceil", 5.1), 6),
        (("ceil", -0.5), 0),
        (("floor", -0.5), -1),
        (("signum", -13), -1),
        (("signum", 0), 0),
        (("signum", 0.5), REFUSED),
        (("max", 12, 54, 3), 54),
        (("max",), REFUSED),
        (("min", 12, 54, 3), 3),
        (("log", 16, 2), 4),
        (("log", 1000, 10), UNKNOWN),
        (("log", 4, 1), UNKNOWN),
        (("log", 1, 0.5), UNKNOWN),
        (("log", 0, 2), UNKNOWN),
        (("log", 1, 2), 0),
        (("pow", 3, 2), 9),
        (("pow", 2, -1), 0.5),
        (("pow", 2, 60), UNKNOWN),
        (("pow", 4, 0.5), UNKNOWN),
        (("pow", 0, -1), UNKNOWN),
        (("pow", 9, 100000), UNKNOWN),
        (("pow", 0.1, 2), UNKNOWN),
        (("parseint", "100", 10), 100),
        (("parseint", "FF", 16), 255),
        (("parseint", "-10", 16), -16),
        (("parseint", "+7", 8), 7),
        (("parseint", "aA", 62), 656),
        (("parseint", "1011111011101111", 2), 48879),
        (("parseint", "12", 2), REFUSED),
        (("parseint", "", 2), REFUSED),
        (("parseint", "1_0", 10), REFUSED),
        (("parseint", "1", 63), REFUSED),
        (("parseint", 1, 10), REFUSED),
        (("parseint", "9" * 200, 10), UNKNOWN),
        (("parseint", "9" * 2000, 10), UNKNOWN),
        (("range", 3), [0, 1, 2]),
        (("range", -2), [0, -1]),
        (("range", 1, 4), [1, 2, 3]),
        (("range", 4, 1), [4, 3, 2]),
        (("range", 1, 8, 2), [1, 3, 5, 7]),
        (("range", 4, 1, -2), [4, 2]),
        (("range", 0), []),
        (("range", 2, 2, 0), []),
        (("range", 1, 2, 0), REFUSED),
        (("range", 1, 5, -1), REFUSED),
        (("range", 1024), list(range(1024))),
        (("range", 1025), REFUSED),
        (("range", 10**9), REFUSED),
        (("range",), REFUSED),
        (("range", 0, 1, 0.1), UNKNOWN),
        (("sum", [10, 13, 6, 4.5]), 33.5),
        (("sum", [0.1]), 0.1),
        (("sum", [0.1, 0.2]), UNKNOWN),
        (("sum", ["1", 2]), 3),
        (("sum", [1, UNKNOWN]), UNKNOWN),
        (("sum", []), REFUSED),
        (("sum", [1, None]), REFUSED),
        (("sum", {"a": 1}), REFUSED),
        (("sum", ["a", "b"]), REFUSED),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted


def test_a_logarithm_is_rounded_but_not_printed() -> None:
    found = ask("log", 5, 2)

    assert said("ceil", found) == 3
    assert said("floor", found) == 2
    assert said("tostring", found) == UNKNOWN
    assert said("sum", [found, 1]) == UNKNOWN
