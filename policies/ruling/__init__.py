"""Which responses keep within bounds: computed from plain values, without Django's models."""
