# SPDX-License-Identifier: Apache-2.0
"""Makes strings that an attacker may have chosen harmless to look at, and keeps them readable.

Names, tags and policy text come from the estate. A terminal obeys escape sequences, an editor
obeys bidirectional overrides (CVE-2021-42574), so every character that would not show as itself
is written as its escape.
"""

import unicodedata

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode general categories (UAX 44, section 5.7.1) that do not show as themselves."""

ELLIPSIS = "…"


def legible(text: str, *, limit: int | None = None) -> str:
    """Return `text` as one line on which every character shows, cut to `limit` characters."""
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + ELLIPSIS
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def legible_lines(text: str) -> list[str]:
    """Return the lines of `text`, each legible; only the line feed counts as an end of line."""
    return [legible(line) for line in text.rstrip("\n").split("\n")] if text else []


def _visible(character: str) -> str:
    if unicodedata.category(character) in INVISIBLE:
        return character.encode("unicode_escape").decode("ascii")
    return " " if character.isspace() else character
