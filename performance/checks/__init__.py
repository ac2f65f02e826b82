"""What tables of activity and indicators are checked for."""

from performance.checks import activity, indicators

__all__ = ["activity", "indicators"]
