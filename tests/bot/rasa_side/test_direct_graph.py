"""Runs in Rasa's own environment: the model's graph gives what dask gives."""

from __future__ import annotations

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot import direct_graph, verdict_policy


def node(needs):
    return SchemaNode(needs=needs, uses=object, constructor_name="create", fn="run", config={})


class Runner(DaskGraphRunner):
    """A diamond: both sides need the input, the end needs both sides."""

    def __init__(self, left=lambda value: value + 1):
        self._graph_schema = GraphSchema(
            {
                "end": node({"a": "left", "b": "right"}),
                "left": node({"x": "input"}),
                "right": node({"x": "input"}),
                "unused": node({"x": "input"}),
            }
        )
        self._graph_schema.nodes["end"].is_target = True
        self._execution_context = None
        self.ran = []

        def component(name, work):
            def call(*inputs):
                self.ran.append(name)
                return name, work(*(value for _, value in inputs))

            return call

        self._instantiated_nodes = {
            "left": component("left", left),
            "right": component("right", lambda value: value * 10),
            "end": component("end", lambda a, b: [a, b]),
            "unused": component("unused", lambda value: value),
        }


def test_loading_the_policy_puts_the_direct_run_in_place():
    assert verdict_policy.direct_graph is direct_graph
    assert DaskGraphRunner.run is direct_graph.run


def test_each_component_runs_once_after_what_it_needs_and_others_do_not():
    runner = Runner()
    assert runner.run({"input": 4}) == {"end": [5, 40]}
    assert sorted(runner.ran) == ["end", "left", "right"]
    assert runner.ran[-1] == "end"


def test_asked_for_targets_are_all_that_is_given_back():
    assert Runner().run({"input": 4}, targets=["right"]) == {"right": 40}


def test_a_second_run_uses_nothing_of_the_first():
    runner = Runner()
    runner.run({"input": 4})
    assert runner.run({"input": 1}) == {"end": [2, 10]}


def test_a_failing_component_fails_the_run_as_rasa_expects():
    def broken(_value):
        raise RuntimeError("no")

    with pytest.raises(GraphRunError):
        Runner(left=broken).run({"input": 4})
