"""English of no country: the day before the month, the month as a word, hours from 0 to 23."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
