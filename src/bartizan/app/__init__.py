# SPDX-License-Identifier: Apache-2.0
"""The use cases: they join the rooms below and know no implementation but through wiring."""
