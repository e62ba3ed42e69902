# SPDX-License-Identifier: Apache-2.0
"""Turns what describes networks into facts: one file for what belongs together."""
