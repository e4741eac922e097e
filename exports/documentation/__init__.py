"""The files that explain a dataset. A new one is a module and a line in `DOCUMENTS`."""

from exports.documentation.dataset import Dataset
from exports.documentation.files import DOCUMENTS, write_documentation

__all__ = ["DOCUMENTS", "Dataset", "write_documentation"]
