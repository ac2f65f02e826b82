"""The screens of plans, by what they are for."""
