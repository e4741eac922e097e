"""Frozen data: copied out of the database at one moment, read by everything that makes files."""
