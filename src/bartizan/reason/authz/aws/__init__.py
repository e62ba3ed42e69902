# SPDX-License-Identifier: Apache-2.0
"""Authorization as AWS decides it, and the steps that follow from it."""
