"""The forms: ways to send and to read that a conforming host may have. Several of them fit together."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.faulty.forms.bodies import BODIES
from tests.faulty.forms.busy import BUSY
from tests.faulty.forms.connections import CONNECTIONS
from tests.faulty.forms.fields import FIELDS
from tests.faulty.forms.form import Form
from tests.faulty.forms.fronts import FRONTS
from tests.faulty.forms.headers import HEADERS
from tests.faulty.forms.requests import REQUESTS
from tests.faulty.forms.stacks import STACKS
from tests.faulty.forms.tokens import TOKENS

FORMS: tuple[Form, ...] = (*BODIES, *FIELDS, *HEADERS, *CONNECTIONS, *REQUESTS, *BUSY, *STACKS, *TOKENS, *FRONTS)


def form_named(name: str) -> Form:
    """Return the form with this name. Raises ValueError."""
    for form in FORMS:
        if form.name == name:
            return form
    raise ValueError(f"no form is called {name!r}")


def mixed_forms(seed: int, n: int) -> Iterator[tuple[str, ...]]:
    """Yield `n` choices of the names of forms, at most one of each kind; the same seed gives the same choices."""
    dice = random.Random(seed)
    kinds = list(dict.fromkeys(form.kind for form in FORMS))
    for _ in range(n):
        chosen = dice.sample(kinds, dice.randint(2, 6))
        yield tuple(dice.choice([form.name for form in FORMS if form.kind == kind]) for kind in chosen)
