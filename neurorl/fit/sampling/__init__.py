"""Draws from the posterior of a population and its members."""
