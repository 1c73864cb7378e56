"""Deciding: find what a request names, judge it by the rules, and record the enrolment."""
