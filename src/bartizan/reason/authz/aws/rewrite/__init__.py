# SPDX-License-Identifier: Apache-2.0
"""Policy documents written anew: shorter with the same meaning, or narrowed to what is used."""
