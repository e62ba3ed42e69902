# SPDX-License-Identifier: Apache-2.0
"""Machines that nobody knows, as Auto Scaling starts them, and what newly arrives there."""
