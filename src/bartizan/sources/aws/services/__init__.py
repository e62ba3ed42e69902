# SPDX-License-Identifier: Apache-2.0
"""One file per AWS service; the list below is all that the source reads."""
