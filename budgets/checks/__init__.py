"""What budgets and staffing must agree on: sums, signs, Finance's figures, money and posts."""

from budgets.checks import agreement, budget, staffing, years

__all__ = ["agreement", "budget", "staffing", "years"]
