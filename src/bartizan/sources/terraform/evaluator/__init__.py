# SPDX-License-Identifier: Apache-2.0
"""What code says without Terraform at hand: every value is Terraform's own, or unknown."""
