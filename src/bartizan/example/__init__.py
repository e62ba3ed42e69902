# SPDX-License-Identifier: Apache-2.0
"""The example organisation: its description, how it is built, and the answer it must give."""
