# SPDX-License-Identifier: Apache-2.0
"""Attack paths through an organisation's cloud accounts, and the cut that closes them."""

__version__ = "0.1.0"
