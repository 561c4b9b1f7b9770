"""Objects that only hold one another: looked for seldom while something large is made, and as usual afterwards."""

from __future__ import annotations

import gc

import pytest

from survey import collecting


def test_it_is_seldom_until_the_last_has_ended() -> None:
    usual = gc.get_threshold()
    with collecting.seldom():
        with collecting.seldom():
            pass
        assert gc.get_threshold() == collecting.SELDOM != usual
    assert gc.get_threshold() == usual


def test_it_is_as_usual_after_what_went_wrong() -> None:
    usual = gc.get_threshold()
    with pytest.raises(ValueError, match="wrong"), collecting.seldom():
        raise ValueError("wrong")
    assert gc.get_threshold() == usual
