"""The version, in a place of its own: a stage may say it without importing the package's face."""

__all__ = ["__version__"]

__version__ = "0.1.0"
