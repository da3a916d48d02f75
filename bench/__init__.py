"""Measurements: each stands beside the least that the same work can cost, taken in the same run."""
