# SPDX-License-Identifier: Apache-2.0
"""Decides where one packet goes, rule by rule as AWS writes them."""
