"""How numbers and dates are written where a language is not to follow Django."""
