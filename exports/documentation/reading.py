"""The card's section on how to read the files."""

from exports.documentation.dataset import Dataset
from exports.documentation.markdown import section
from exports.enums import SnapshotFormat

HUGGING_FACE = """\
```python
import datasets

comparisons = datasets.load_dataset("path/to/this/folder", "comparisons", split="train")
```"""

PANDAS = {
    SnapshotFormat.PARQUET: """\
```python
import json

import pandas as pd

judgments = pd.read_parquet("judgments.parquet")
judgments["answers"] = judgments["answers"].map(json.loads)
```

Columns of type `json` hold JSON texts; a column of type `string or json` holds JSON where
`is_conversation` is true.""",
    SnapshotFormat.JSONL: """\
```python
import pandas as pd

judgments = pd.read_json(
    "judgments.jsonl.gz", lines=True, dtype=False, convert_dates=["submitted_at"]
)
```

Objects and lists are native JSON; moments are ISO 8601 in UTC.""",
    SnapshotFormat.CSV: """\
```python
import json

import pandas as pd

judgments = pd.read_csv("judgments.csv.gz", keep_default_na=False, na_values=[""])
judgments["answers"] = judgments["answers"].map(json.loads)
```

An empty field is nothing (null); columns of type `json` and `list<string>` hold JSON texts, and so
does a column of type `string or json` where `is_conversation` is true. Fields hold what people and
models wrote, unchanged: a spreadsheet may take one that begins with `=`, `+`, `-` or `@` for a
formula, so import columns as text.""",
}


SEVERAL = (
    "Large tables lie in several files, `judgments-00000-of-00004` and so on: read each and put "
    "the rows behind each other, as the lines above do for one file. `datasets` does so by itself."
)
CROISSANT = """\
```python
import mlcroissant

dataset = mlcroissant.Dataset("path/to/this/folder/croissant.json")
for record in dataset.records("comparisons"):
    ...
```"""


def how_to_read(dataset: Dataset) -> str:
    format = SnapshotFormat(dataset.snapshot.format)
    sharded = len(dataset.files_of("judgments")) > 1
    return section(
        "How to read it",
        HUGGING_FACE,
        "Every table that has rows is such a configuration; `datasets` cannot load empty ones.",
        PANDAS[format],
        SEVERAL if sharded else "",
        CROISSANT,
        "For one judgment a person and item, keep rows where `is_final` is true and `is_repeat` "
        "is false. Weigh or group by `annotators` and `annotator_stratum` before you average: "
        "the tables keep every voice, and what you sum up you decide.",
    )
