"""Carries out the steps of a call one after another, in the calling thread."""

from __future__ import annotations

import time
from collections.abc import Callable

from enrol_client.call import Call
from enrol_client.errors import NoAnswer
from enrol_client.messages import Enrolment
from enrol_client.reading import Reply
from enrol_client.steps import Pause, Send


def carried_out(steps: Call, reply_to: Callable[[Send], Reply]) -> Enrolment:
    """Return what a call ends with. `reply_to` sends a request, and raises NoAnswer where no whole answer comes."""
    try:
        step = next(steps)
        while True:
            if isinstance(step, Pause):
                time.sleep(step.seconds)
                step = next(steps)
                continue
            try:
                reply = reply_to(step)
            except NoAnswer as error:
                step = steps.throw(error)
            else:
                step = steps.send(reply)
    except StopIteration as end:
        found: Enrolment = end.value
        return found
