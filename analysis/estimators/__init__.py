"""Formulas on arrays: what judgments say, with intervals. Nothing here knows of Django."""
