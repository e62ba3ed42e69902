# SPDX-License-Identifier: Apache-2.0
"""Remedies as edits of the code of a change, and as what its plans would then be."""
