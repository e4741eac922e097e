"""Formats that trainers read."""
