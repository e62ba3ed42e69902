# SPDX-License-Identifier: Apache-2.0
"""Values between Terraform and a provider."""

from bartizan.sources.terraform.provider.dynamic import packed, unpacked
from bartizan.sources.terraform.value import Hidden, Value

# Extension 0 is an unknown value, 12 one of which something is known.
UNKNOWN, REFINED = bytes.fromhex("d40000"), bytes.fromhex("c7030c8101c2")


def test_an_unknown_value_is_an_extension_and_no_word() -> None:
    assert packed(Hidden.UNKNOWN) == UNKNOWN


def test_unknown_values_are_read_wherever_they_lie() -> None:
    content = b"\x82\xa1a\x91" + UNKNOWN + b"\xa1b" + REFINED

    assert unpacked(content) == {"a": [Hidden.UNKNOWN], "b": Hidden.UNKNOWN}


def test_what_is_packed_is_unpacked_again() -> None:
    value: Value = {"a": [1, "unknown", None, True, {"b": Hidden.UNKNOWN}]}

    assert unpacked(packed(value)) == value


def test_numbers_that_the_format_has_no_form_for_are_texts() -> None:
    """https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol"""
    least, most, more = -(2**63), 2**64 - 1, 33333333333333333333

    assert unpacked(packed([least, most, more, -more])) == [least, most, str(more), str(-more)]


def test_nothing_is_null() -> None:
    assert unpacked(b"") is None
