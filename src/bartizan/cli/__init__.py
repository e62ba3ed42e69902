# SPDX-License-Identifier: Apache-2.0
"""One file per command: parse, call one use case, render."""
