# SPDX-License-Identifier: Apache-2.0
"""Runs kernels over parts of tables."""
