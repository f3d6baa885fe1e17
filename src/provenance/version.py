"""The version, in a place of its own: a stage may say it without importing the package's face."""

__all__ = ["VERSION"]

VERSION = "0.1.0"
