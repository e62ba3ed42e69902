# SPDX-License-Identifier: Apache-2.0
"""What of an estate has a part in steps over its networks, and whether two have it in common.

Rules are asked of who holds their group, so a group that nobody holds lets nothing in or out. Of
what runs code only that matters which packets or calls may come to.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bartizan.model.facts import NETWORKS, Facts
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import Credential
from bartizan.model.facts.network import Interface, Rule, SecurityGroup
from bartizan.model.facts.service import Balancer, Front, ServicePort, Target
from bartizan.model.table import Row
from bartizan.reason.network.aws.kernel.columns import Column, Flags, equal, flags, taken, whole
from bartizan.reason.network.aws.steps.services import whole_function

LOOKED_AT: tuple[type[Row], ...] = (Workload, Credential, *NETWORKS, Unread)
"""Every table that the steps are derived from."""
_KINDS = "^AWS::(EC2|ElasticLoadBalancing)"
"""How kinds of records begin of which networks are made."""
_INSTANCE = "AWS::EC2::Instance"


def pertinent(facts: Facts) -> Facts:
    """Return facts from which the same steps follow, without most that has no part in them."""
    groups, rules = _filters(facts)
    gaps = facts.table(Unread)
    networks = flags(pc.match_substring_regex(gaps["kind"], _KINDS))
    return facts.replaced(
        {
            SecurityGroup.table: groups,
            Rule.table: rules,
            Workload.table: _workloads(facts),
            Credential.table: _credentials(facts),
            Unread.table: gaps.filter(pa.array(networks)),
        }
    )


def alike(ours: Facts, theirs: Facts) -> bool:
    """Tell whether two estates have in common all that steps are derived from, in its order."""
    return all(ours.table(kind).equals(theirs.table(kind)) for kind in LOOKED_AT)


def _filters(facts: Facts) -> tuple[pa.Table, pa.Table]:
    """Return the groups that somebody holds or that rules of those name, and the rules of all but
    the others.
    """
    groups, rules = facts.table(SecurityGroup), facts.table(Rule)
    held = [whole(facts.table(kind)["groups"]).flatten() for kind in (Interface, Balancer)]
    holding = _among(groups["id"], pa.concat_arrays(held))
    spare = taken(groups["id"], np.flatnonzero(~holding))
    rules = rules.filter(pa.array(~_among(rules["owner"], spare)))
    return groups.filter(pa.array(holding | _among(groups["id"], rules["peer"]))), rules


def _workloads(facts: Facts) -> pa.Table:
    """Return the instances, what anybody calls, and what interfaces, fronts or load balancers lead
    to.
    """
    table = facts.table(Workload)
    led = _among(table["arn"], pa.array(set(_led_to(facts)), pa.string()))
    wanted = led | flags(table["anonymous"]) | equal(table["kind"], _INSTANCE)
    return table.filter(pa.array(wanted))


def _led_to(facts: Facts) -> Iterator[str]:
    yield from (row.thing for row in facts.rows(Interface))
    for front in facts.rows(Front):
        yield front.id
        yield from map(whole_function, front.forwards_to)
    yield from (whole_function(row.id) for row in facts.rows(Target))


def _credentials(facts: Facts) -> pa.Table:
    """Return those that services with a port take."""
    table = facts.table(Credential)
    taking = _among(table["authenticates"], facts.table(ServicePort)["thing"])
    return table.filter(pa.array(taking))


def _among(column: Column, names: Column) -> Flags:
    return flags(pc.is_in(column, value_set=whole(names)))
