"""Forms of audits."""

from values.forms.audits import AuditForm, SampleForm, TaxonomyForm

__all__ = ["AuditForm", "SampleForm", "TaxonomyForm"]
