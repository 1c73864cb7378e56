"""Tests of mockserver/gauntlet/."""
