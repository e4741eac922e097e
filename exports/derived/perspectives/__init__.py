"""Formats that keep who said what, for tools of annotation and of perspectivist learning."""
