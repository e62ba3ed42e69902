# SPDX-License-Identifier: Apache-2.0
"""The kernel of AWS networks: decides for all interfaces of an estate at once."""
