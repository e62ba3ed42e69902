# SPDX-License-Identifier: Apache-2.0
"""Compares two policies over all requests: who gains what, with a request that shows it."""
