# SPDX-License-Identifier: Apache-2.0
"""Verdicts of a vendor's analyzer of networks beside ours."""

from collections.abc import Mapping

from msgspec import Struct, field

from bartizan.model.packet import Reach


class Analysis(Struct, frozen=True, kw_only=True):
    """What a vendor's analyzer found of one source and destination."""

    id: str
    """Its own id."""
    found: bool | None
    """It found a way; None where it did not finish."""
    source: str
    """Id or ARN of where packets come from, as the analyzer names it."""
    target: str
    """Id, ARN or address of where they go; empty where only an address is known."""
    protocol: int
    """IANA number."""
    port: int = -1
    """Destination port; -1 for any."""
    source_address: str = ""
    """Empty for any."""
    address: str = ""
    """Empty for any."""
    codes: tuple[str, ...] = ()
    """Codes of its explanations, sorted, each once."""
    remarks: tuple[str, ...] = ()
    """What it says beside: warnings, why it did not finish."""


class Compared(Struct, frozen=True, kw_only=True):
    """One analysis beside our answer."""

    analysis: Analysis
    verdict: Reach | None
    """Ours; None where the snapshot lacks one side."""
    why: str = ""
    """What there is to say of it; may be empty."""
    codes: tuple[str, ...] = ()
    """Codes of all our blockers, sorted, each once."""


class NetworkComparison(Struct, frozen=True, kw_only=True):
    """All analyses that were given."""

    snapshot: str = ""
    """Id of the snapshot."""
    compared: tuple[Compared, ...]
    """In the order in which they were given."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Id to what people call it."""
