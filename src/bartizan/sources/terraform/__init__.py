# SPDX-License-Identifier: Apache-2.0
"""Reads what Terraform and OpenTofu write: plans of changes and states."""
