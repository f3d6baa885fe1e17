"""provenance: from a claim in an analyst's update to the archived page it leans on."""

__version__ = "0.1.0"
