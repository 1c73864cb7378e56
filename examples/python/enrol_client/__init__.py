"""A client of the loyalty call POST /v3/promotions/enrol."""

from enrol_client.errors import EnrolError, HostError, HostFailed, NoAnswer, Refused, Unreadable
from enrol_client.logins import Basic, OAuth
from enrol_client.messages import Enrolment, EnrolRequest, Milestone
from enrol_client.policy import Policy

__all__ = [
    "Basic",
    "EnrolError",
    "EnrolRequest",
    "Enrolment",
    "HostError",
    "HostFailed",
    "Milestone",
    "NoAnswer",
    "OAuth",
    "Policy",
    "Refused",
    "Unreadable",
]
