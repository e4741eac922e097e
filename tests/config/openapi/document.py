"""The OpenAPI document, made once for all that read it."""

from typing import Any

from drf_spectacular.generators import SchemaGenerator

DOCUMENT: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
