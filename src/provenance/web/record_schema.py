"""A record's JSON Schema, as the OpenAPI description and `docs/schema/` have it."""

from functools import cache
from typing import Any

import msgspec

__all__ = ["schema_of_record"]

# A record's own name, and the defaults of fields that are always written.
_SAID_ELSEWHERE = frozenset({"title", "default", "properties"})


@cache
def schema_of_record(record: type, name: str) -> dict[str, Any]:
    """Return the schema of a record that says `"schema": name`, its parts put in where they stand.

    Records write all of their fields and no others: all are required, no more are allowed.
    """
    (top,), parts = msgspec.json.schema_components([record], ref_template="{name}")

    def resolve(node: Any) -> Any:
        if isinstance(node, list):
            return [resolve(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return resolve(parts[node["$ref"]])
        said = {key: resolve(value) for key, value in node.items() if key not in _SAID_ELSEWHERE}
        if isinstance(node.get("properties"), dict):  # by name: a field may be called "title"
            fields = {name: resolve(value) for name, value in node["properties"].items()}
            said |= {
                "properties": fields,
                "required": sorted(fields),
                "additionalProperties": False,
            }
        return said

    schema: dict[str, Any] = resolve(top)
    schema["properties"]["schema"] = {"const": name}
    schema["required"] = sorted(schema["properties"])
    return schema
