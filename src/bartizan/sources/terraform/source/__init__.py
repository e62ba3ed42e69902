# SPDX-License-Identifier: Apache-2.0
"""Terraform's source text: where things are written, to the byte. Nothing is run or fetched."""
