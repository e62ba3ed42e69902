# SPDX-License-Identifier: Apache-2.0
"""Reads what AWS wrote down of its use: logs of CloudTrail, reports of what was last accessed."""
