"""An example of each JSON body in the OpenAPI document, put together from words for its fields.

What a field is likely to hold stands in `words.py`, by the field's name or by its component's and
its own; whole bodies whose parts depend on each other stand there as they are. The rest follows
from the schema. So a new route has examples as soon as its fields have words.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from config.openapi.words import WHOLE, WORDS

Schema = dict[str, Any]
FORMATS = {
    "date-time": "2026-11-20T09:30:00Z",
    "date": "2026-11-20",
    "email": "ada@lab.example",
    "uri": "https://variorum.example/api/v1/",
}
METHODS = ("get", "post", "put", "patch", "delete")


class NoWord(LookupError):
    """A field of which nothing says what it may hold."""


def add_examples(result: Schema, **_more: Any) -> Schema:
    """Hook of drf-spectacular: gives an example to every JSON body that has none."""
    for _where, body, is_request in bodies_of(result):
        if "example" not in body and "examples" not in body:
            try:
                body["example"] = Composer(result, is_request=is_request).of(body["schema"])
            except NoWord:
                continue  # a test names the field
    return result


def unite_anything(result: Schema, **_more: Any) -> Schema:
    """Hook of drf-spectacular: what may be anything may be null without being said so twice.

    For a nullable JSON field it writes `oneOf` of anything and null, which null itself breaks.
    """
    for component in result["components"]["schemas"].values():
        for field in component.get("properties", {}).values():
            if {} in field.get("oneOf", ()):
                del field["oneOf"]
    return result


def bodies_of(document: Schema) -> Iterator[tuple[str, Schema, bool]]:
    """Every JSON body as (operation and status, media type object, whether it is sent to us)."""
    for operations in document["paths"].values():
        for method in METHODS:
            if method not in operations:
                continue
            operation = operations[method]
            name = operation["operationId"]
            for body in json_of(operation.get("requestBody", {})):
                yield f"{name} request", body, True
            for status, answer in operation["responses"].items():
                for body in json_of(answer):
                    yield f"{name} {status}", body, False


def json_of(holder: Schema) -> Iterator[Schema]:
    for media_type, body in holder.get("content", {}).items():
        is_json = media_type == "application/json" or media_type.endswith("+json")
        if is_json and body.get("schema", {}).get("format") != "binary":
            yield body


class Composer:
    """Makes examples of one document's schemas; of what is sent, only what says something."""

    def __init__(self, document: Schema, *, is_request: bool) -> None:
        self.components: dict[str, Schema] = document["components"]["schemas"]
        self.is_request = is_request

    def of(self, schema: Schema, component: str = "", name: str = "") -> Any:
        """An example of a schema. Raises `NoWord` naming the field for which there is none."""
        for word in (f"{component}.{name}", name):
            if name and word in WORDS:
                return deepcopy(WORDS[word])
        if "$ref" in schema:
            return self.of_component(schema["$ref"].rpartition("/")[2])
        for several in ("allOf", "oneOf", "anyOf"):
            if several in schema:
                return self.of(self.telling(schema[several]), component, name)
        for known in ("const", "default"):
            if schema.get(known) is not None:
                return schema[known]
        if "enum" in schema:
            return schema["enum"][0]
        return self.of_type(schema, component, name)

    def of_component(self, component: str) -> Any:
        if component in WHOLE:
            return deepcopy(WHOLE[component])
        return self.of(self.components[component], component)

    def telling(self, options: list[Schema]) -> Schema:
        """The first of several that is more than null."""
        nulls = ("#/components/schemas/NullEnum", "#/components/schemas/BlankEnum")
        return next(
            one for one in options if one.get("type") != "null" and one.get("$ref") not in nulls
        )

    def of_type(self, schema: Schema, component: str, name: str) -> Any:
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next(one for one in kind if one != "null")
        if kind == "object" or "properties" in schema:
            return self.of_object(schema, component)
        if kind == "array":
            return [self.of(schema["items"], component, f"{name}[]")]
        if kind == "boolean":
            return False
        if kind in ("integer", "number"):
            return schema.get("minimum", 1)
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        raise NoWord(f"{component}.{name}")

    def of_object(self, schema: Schema, component: str) -> dict[str, Any]:
        shown = schema.get("properties", {})
        if self.is_request:
            wanted = schema.get("required", [])
            shown = {
                name: one
                for name, one in shown.items()
                if name in wanted or f"{component}.{name}" in WORDS
            }
        else:
            shown = {name: one for name, one in shown.items() if not one.get("writeOnly")}
        return {name: self.of(one, component, name) for name, one in shown.items()}
