# SPDX-License-Identifier: Apache-2.0
"""Formats, by the vendor's examples and by what Terraform 1.11 was asked."""

import pytest

from bartizan.sources.terraform.evaluator.datum import null, unknown
from bartizan.sources.terraform.evaluator.kind import NUMBER, STRING, list_of
from tests.fakes.asked_function import REFUSED, UNKNOWN, said


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("format", "Hello, %s!", "Ander"), "Hello, Ander!"),
        (("format", "There are %d lights", 4), "There are 4 lights"),
        (("format", "%d%% of %[1]d", 5), "5% of 5"),
        (("format", "%[2]s%[1]s%s", "a", "b"), "bab"),
        (
            (
                "format",
                "%5.2f|%05d|%+d|% d|%x|%X|%#x|%o|%b",
                3.14159,
                42,
                5,
                5,
                255,
                255,
                255,
                8,
                5,
            ),
            " 3.14|00042|+5| 5|ff|FF|0xff|10|101",
        ),
        (("format", "%05d|%-5d|%.3d|%5.3d|%.0d|", -5, 5, 5, 5, 0), "-0005|5    |005|  005||"),
        (
            ("format", "%f|%.0f|%.2f|%08.3f|%-9.2f|%+.1f", 2, 2.5, 2.675, -1.5, 1.5, 1),
            "2.000000|2|2.67|-001.500|1.50     |+1.0",
        ),
        (
            ("format", "%e|%.2e|%E|%.0e", 12345.678, 0.00125, 0, 9.5),
            "1.234568e+04|1.25e-03|0.000000E+00|1e+01",
        ),
        (
            ("format", "%v|%v|%v|%g|%G", 0.1, 1234567, 0.00001, 123456, 10**21),
            "0.1|1.234567e+06|1e-05|123456|1E+21",
        ),
        (("format", "%v|%v|%v|%#v|%v", True, "x", [1, "a"], "x", -1.5), 'true|x|[1,"a"]|"x"|-1.5'),
        (
            ("format", "%-5s|%5s|%.2s|%q|%05s", "ab", "ab", "abc", "a<b", "x"),
            'ab   |   ab|ab|"a\\u003cb"|0000x',
        ),
        (("format", "%t|%s|%d", "true", 5, "7"), "true|5|7"),
        (("format", "%5s", "👍🏽"), UNKNOWN),
        (("format", "%.1s", "👍🏽"), UNKNOWN),
        (("format", "%-05s", "a"), UNKNOWN),
        (("format", "%-05d", 1), UNKNOWN),
        (("format", "%-05f", 1), UNKNOWN),
        (("format", "%.3g", 1), UNKNOWN),
        (("format", "%.s", "a"), UNKNOWN),
        (("format", "%99999999s", "a"), UNKNOWN),
        (("format", "%d", 10**200 + 1), UNKNOWN),
        (("format", "%v", 10**200 + 1), UNKNOWN),
        (("format", "%s", 10**200 + 1), UNKNOWN),
        (("format", "%v", [10**200 + 1]), UNKNOWN),
        (("format", "%d", "1p3"), UNKNOWN),
        (("format", "%v", None), UNKNOWN),
        (("format", "%s", UNKNOWN), UNKNOWN),
        (("format", "%e", 10**200 + 1), "1.000000e+200"),
        (("format", "%.1e|%.1e|%.1e", 0.01, 0.0999, 100), "1.0e-02|1.0e-01|1.0e+02"),
        (("formatlist", "%s", unknown(list_of(STRING))), UNKNOWN),
        (("formatlist", "%s", ["a"] * 20_001), UNKNOWN),
        (("formatlist", "%s", {"a": 1}), REFUSED),
        (("format", "%s", unknown(STRING)), UNKNOWN),
        (("format", "%d", null(NUMBER)), REFUSED),
        (("format", "%v", null(NUMBER)), "null"),
        (("format", "%v", 0), "0"),
        (("format", "%9999d" * 1000, *[1] * 1000), UNKNOWN),
        (("formatlist", "%9999s", ["a"] * 1000), UNKNOWN),
        (("format", "%d", 1.5), REFUSED),
        (("format", "%s", [1]), REFUSED),
        (("format", "%s %s", "a"), REFUSED),
        (("format", "%s", "a", "b"), REFUSED),
        (("format", "%y", 1), REFUSED),
        (("format", "%", 1), REFUSED),
        (
            ("formatlist", "Hello, %s!", ["Valentina", "Ander"]),
            ["Hello, Valentina!", "Hello, Ander!"],
        ),
        (
            ("formatlist", "%s, %s!", "Salutations", ["Valentina", "Ander"]),
            ["Salutations, Valentina!", "Salutations, Ander!"],
        ),
        (("formatlist", "x"), ["x"]),
        (("formatlist", "%s", []), []),
        (("formatlist", "%s%s", ["a"], ["a", "b"]), REFUSED),
        (("formatlist", "%s", ["a", UNKNOWN]), ["a", UNKNOWN]),
        (("formatlist", "%s", UNKNOWN), UNKNOWN),
        (("formatlist", "%s", None), UNKNOWN),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted
