"""Risk registers of plans, and the council's schemes for scoring them."""

from __future__ import annotations

from django.db import models

from plans.models import LABEL, RowBase, Section


class RiskScheme(models.Model):
    """One of the council's ways of scoring risks.

    `definition`: likelihood, impact, bands and tolerance, as in the plan file.
    """

    key = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    definition = models.JSONField(default=dict)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class RiskRegister(models.Model):
    """What holds for all of one risks section. `scheme`: a scheme's key, null while unscored."""

    section = models.OneToOneField(Section, on_delete=models.CASCADE, related_name="risk_register")
    scheme = models.CharField(max_length=LABEL, null=True, blank=True)  # noqa: DJ001 null is none

    def __str__(self) -> str:
        return str(self.section)


def written_level() -> models.CharField[str | None, str | None]:
    """Return the column of a level of the register's scheme: "4", "B"; null when not scored."""
    return models.CharField(max_length=LABEL, null=True, blank=True)


class Risk(RowBase):
    """One risk: what may happen, who owns it, and its levels before, now and after mitigation."""

    class Response(models.TextChoices):
        TREAT = "treat", "Treat"
        TOLERATE = "tolerate", "Tolerate"
        TRANSFER = "transfer", "Transfer"
        TERMINATE = "terminate", "Terminate"

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="risks")
    ref = models.CharField(max_length=LABEL, blank=True)
    title = models.CharField(max_length=LABEL, blank=True)
    cause = models.TextField(blank=True)
    description = models.TextField(blank=True)
    impacts = models.TextField(blank=True)
    mitigation = models.TextField(blank=True)
    owners = models.JSONField(default=list)
    response = models.CharField(max_length=10, choices=Response.choices, blank=True)
    actions = models.JSONField(default=list)
    review = models.CharField(max_length=LABEL, blank=True)
    emerging = models.BooleanField(default=False)
    inherent_likelihood = written_level()
    inherent_impact = written_level()
    current_likelihood = written_level()
    current_impact = written_level()
    target_likelihood = written_level()
    target_impact = written_level()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["section", "row_id"], name="one_risk_an_id")]

    def __str__(self) -> str:
        return self.title or self.ref
