# SPDX-License-Identifier: Apache-2.0
"""An index over an estate's facts, by which the part that decides a request is found at once.

What `part` finds by looking at every row is found here by account: each row of the tables that
decide requests stands under the accounts that it could matter to, or under all of them. The index
is two tables, so that it can be kept with a snapshot; it holds for the facts that it was made of.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, Store, Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import IdentityProvider, Membership, Principal
from bartizan.model.facts.organization import Account, Unit
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy, PublicAccessBlock
from bartizan.model.table import Row
