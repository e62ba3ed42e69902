# SPDX-License-Identifier: Apache-2.0
"""Reasoners: facts to steps, one per question."""
