"""Climbs to the maximum of a posterior, and its curvature there."""
