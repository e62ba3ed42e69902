# SPDX-License-Identifier: Apache-2.0
"""Texts as Terraform holds them: composed, and counted in characters as people see them.

Sources: https://developer.hashicorp.com/terraform/language/expressions/strings and
https://www.unicode.org/reports/tr29/#Grapheme_Cluster_Boundaries
"""

import unicodedata

from bartizan.sources.terraform.evaluator.datum import Datum, text, unknown
from bartizan.sources.terraform.evaluator.kind import STRING

MOST = 4 * 2**20
"""Characters of a text that we work on; a longer one is unknown."""

MOST_PARTS = 100_000
"""Elements of a list that is made of texts or other lists; a longer one is unknown."""

# Where each code point is a character by itself, whatever stands beside it.
_ALONE = (
    (0x20, 0x2FF),
    (0x370, 0x482),
    (0x48A, 0x52F),
    (0x3041, 0x3096),
    (0x30A0, 0x30FF),
    (0x4E00, 0x9FA5),
)


def written(value: str) -> Datum:
    """Return a string as Terraform holds it, in Unicode's composed form (NFC); unknown where it
    is too long or has characters on which versions of Unicode may not agree.
    """
    if len(value) > MOST:
        return unknown(STRING, "a text that is too long")
    if value.isascii():
        return text(value)
    if any(unicodedata.category(one) in {"Cn", "Cs"} for one in value):
        return unknown(STRING, "a text with unusual characters")
    return text(unicodedata.normalize("NFC", value))


def plain(value: str) -> bool:
    """Whether each code point of a text is one character as people see them."""
    if value.isascii():
        return "\r\n" not in value
    return all(
        any(low <= ord(one) <= high for low, high in _ALONE) or one in "\n\t" for one in value
    )
