"""Contracts and their smallest helpers. Depends on numpy, jax and equinox only."""
