# SPDX-License-Identifier: Apache-2.0
"""The values that all rooms share; nothing here reads or writes anything."""
