# SPDX-License-Identifier: Apache-2.0
"""Reads AWS: live accounts and organisations, and files that AWS tools write."""
