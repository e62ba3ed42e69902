# SPDX-License-Identifier: Apache-2.0
"""Tables that ship with the package; NOTICE names their sources."""
