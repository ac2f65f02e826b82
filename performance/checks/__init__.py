"""What tables of activity and indicators are checked for."""

from performance.checks import activity

__all__ = ["activity"]
