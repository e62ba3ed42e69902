# SPDX-License-Identifier: Apache-2.0
"""What the services share in turning records into facts."""
