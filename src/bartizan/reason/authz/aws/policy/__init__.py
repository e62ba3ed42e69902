# SPDX-License-Identifier: Apache-2.0
"""Policy documents: their text, their grammar, their patterns."""
