# SPDX-License-Identifier: Apache-2.0
"""Readers of one kind of system each: vendor to records to facts."""
