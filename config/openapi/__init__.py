"""The OpenAPI document: what holds for every route, tags, and examples of every body."""
