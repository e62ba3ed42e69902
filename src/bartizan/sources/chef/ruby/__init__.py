# SPDX-License-Identifier: Apache-2.0
"""Reads the part of Ruby that recipes mostly are, and runs none of it."""
