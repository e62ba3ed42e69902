# SPDX-License-Identifier: Apache-2.0
"""From what is written to the steps that attackers can take."""
