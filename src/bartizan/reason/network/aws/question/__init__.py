# SPDX-License-Identifier: Apache-2.0
"""Questions about packets: what reaches what, what is exposed, what would open or close it."""
