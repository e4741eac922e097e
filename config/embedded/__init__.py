"""PostgreSQL and Valkey from wheels, for a first run on a machine that has neither."""
