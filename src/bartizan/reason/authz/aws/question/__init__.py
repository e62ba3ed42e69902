# SPDX-License-Identifier: Apache-2.0
"""Questions about many requests at once: who can, what can, what if."""
