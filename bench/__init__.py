"""Measures an installation against limits taken in the same run; no part of the product."""
