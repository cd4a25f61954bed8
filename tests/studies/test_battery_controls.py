"""Every signature of the battery is shown by an agent that has what it is about, and by no plausible rival.

The cheapest controls run with every test; the whole table, some hundred runs, is in the slow tier.
"""

import pytest
from battery_controls import BY_NAME, CONTROLS, shows

CHEAP = {
    "faster_reversals": ("slow from 0",),
    "learns_what": ("a row a display",),
}


def test_every_signature_has_controls() -> None:
    assert set(CONTROLS) == set(BY_NAME)
    assert all(rivals for _, rivals in CONTROLS.values())


@pytest.mark.parametrize("name", CHEAP)
def test_the_cheapest_controls(name: str) -> None:
    positive, rivals = CONTROLS[name]
    shown, what = shows(positive, name, subjects=8)
    assert shown, what
    for rival in CHEAP[name]:
        shown, what = shows(rivals[rival], name, subjects=8)
        assert not shown, f"{rival}: {what}"


@pytest.mark.slow
@pytest.mark.parametrize("name", CONTROLS)
def test_all_controls(name: str) -> None:
    positive, rivals = CONTROLS[name]
    shown, what = shows(positive, name, subjects=24)
    assert shown, what
    for rival, maker in rivals.items():
        shown, what = shows(maker, name, subjects=24)
        assert not shown, f"{rival}: {what}"
