"""What a rater is compared with: the others, never himself."""

from __future__ import annotations

from benchmarks.raters import Case, without_each


def test_a_rater_set_aside_has_no_voice_in_what_is_due() -> None:
    assert list(without_each([2, 2, 4], 0.5)) == [
        Case(gold=False, rater=2, chance=0.5),
        Case(gold=False, rater=2, chance=0.5),
        Case(gold=True, rater=4, chance=0.5),
    ]


def test_dissatisfied_takes_more_than_half_of_the_others() -> None:
    assert [case.gold for case in without_each([1, 2, 2, 5, 3], 0.1)] == [
        False, False, False, True, True,
    ]  # fmt: skip


def test_a_turn_with_one_rater_is_never_due() -> None:
    assert [case.gold for case in without_each([1], 0.1)] == [False]
