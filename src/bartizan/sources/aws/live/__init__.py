# SPDX-License-Identifier: Apache-2.0
"""Reads AWS as it is now, over its API."""
