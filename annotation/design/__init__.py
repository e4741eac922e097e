"""Statistics for planning and watching a campaign: plain numbers in, plain numbers out.

Nothing here knows of Django, the database or a clock. Each estimator names its formula and source.
"""
