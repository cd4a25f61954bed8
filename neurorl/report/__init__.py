"""Runs a study, judges it, and writes its page."""
