"""An id that lost digits is known in the spellings of several languages, and wherever a command prints it."""

from __future__ import annotations

import pytest

from mockserver.gauntlet.large_ids import HUGE, LARGE, spellings_of_loss
from mockserver.running.each_case import loss_in


@pytest.mark.parametrize(
    ("number", "spelling"),
    [
        (LARGE, "3000000007.0"),  # Python
        (LARGE, "3.000000007E9"),  # Java
        (LARGE, "3.000000007e+09"),  # Go
        (LARGE, "-1294967289"),  # 32 bits
        (HUGE, "9123456789012344.0"),
        (HUGE, "9123456789012344"),  # JavaScript
        (HUGE, "9.123456789012344E15"),
        (HUGE, "9.123456789012344e+15"),
        (HUGE, str(HUGE % 2**32)),
    ],
)
def test_loss_is_known_in_the_spellings_of_languages(number: int, spelling: str) -> None:
    losses = spellings_of_loss(number)
    assert spelling in losses
    assert str(number) not in losses
    for printed in (spelling, f'{{"customerId":{spelling}}}', f"enrolled customerId={spelling}, LIVE", f"[{spelling}]"):
        assert loss_in(printed, losses) == spelling
    assert loss_in(f"customer {number} of {number}", losses) == ""
