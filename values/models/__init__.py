from values.models.audit import Audit, AuditFile, AuditPart
from values.models.sample import ValueSample
from values.models.taxonomy import Taxonomy

__all__ = ["Audit", "AuditFile", "AuditPart", "Taxonomy", "ValueSample"]
