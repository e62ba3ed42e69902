# SPDX-License-Identifier: Apache-2.0
"""From what packets can reach to steps: who sends where, and what that is worth."""
