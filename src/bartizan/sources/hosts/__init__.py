# SPDX-License-Identifier: Apache-2.0
"""Hosts as remedies leave them, whichever tool told of them."""
