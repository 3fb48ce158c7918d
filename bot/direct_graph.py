"""Runs the model's components one after the other, in an order found once.

Rasa asks dask to schedule its graph anew for each message and each prediction: four times a turn.
The graph is fixed and its components run in one thread, so the order can be remembered.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner


def order_of(schema: GraphSchema) -> list[tuple[str, tuple[str, ...]]]:
    """Each node with the nodes it needs, after all of those."""
    order: dict[str, tuple[str, ...]] = {}

    def visit(name: str) -> None:
        if name in order or name not in schema.nodes:
            return
        needs = tuple(schema.nodes[name].needs.values())
        for needed in needs:
            visit(needed)
        order[name] = needs

    for name in schema.nodes:
        visit(name)
    return list(order.items())


def run(
    self: DaskGraphRunner,
    inputs: dict[str, Any] | None = None,
    targets: list[str] | None = None,
) -> dict[str, Any]:
    """Run what `targets` need; raises GraphRunError where Rasa's own runner does."""
    wanted = tuple(targets or self._graph_schema.target_names)
    orders = self.__dict__.setdefault("_orders", {})
    if wanted not in orders:
        orders[wanted] = order_of(self._graph_schema.minimal_graph_schema(list(wanted)))
    found: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
    try:
        for name, needs in orders[wanted]:
            found[name] = self._instantiated_nodes[name](*(found.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(found[name] for name in wanted)


def install() -> None:
    """Run graphs directly, in this process."""
    DaskGraphRunner.run = run
