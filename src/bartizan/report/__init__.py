# SPDX-License-Identifier: Apache-2.0
"""Findings to bytes."""
