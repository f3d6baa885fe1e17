"""The pages, one module each: a `router` whose paths are in no API."""
