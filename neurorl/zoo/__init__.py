"""Trained parameters as files, loaded by name."""
