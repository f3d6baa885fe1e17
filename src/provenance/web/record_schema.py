"""A record's JSON Schema, as the OpenAPI description and `docs/schema/` have it."""

from functools import cache
from typing import Any

import msgspec

__all__ = ["schema_of_record"]


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
        said = {key: resolve(value) for key, value in node.items() if key != "title"}
        if "properties" in said:
            said["required"] = sorted(said["properties"])
            said["additionalProperties"] = False
        return said

    schema: dict[str, Any] = resolve(top)
    schema["properties"]["schema"] = {"const": name}
    return schema
