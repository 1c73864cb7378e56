"""Tests of mockserver/coverage/."""
