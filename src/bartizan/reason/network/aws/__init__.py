# SPDX-License-Identifier: Apache-2.0
"""Packets in networks of AWS."""
