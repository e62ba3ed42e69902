# SPDX-License-Identifier: Apache-2.0
"""Reads AWS from files that its tools wrote."""
