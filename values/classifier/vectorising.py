"""Texts as rows of numbers. Another way, such as sentence embeddings, is another `Vectorizer`."""

from collections.abc import Sequence
from typing import Any, Protocol, Self

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

MOST_WORDS, MOST_PIECES = 20_000, 30_000


class Vectorizer(Protocol):
    """Learns from some texts how to write texts as rows of a matrix, dense or sparse."""

    def fit(self, texts: Sequence[str]) -> Self: ...

    def transform(self, texts: Sequence[str]) -> Any: ...


class TfidfTexts:
    """Words and pairs of words beside pieces of three to five characters, each weighed by tf-idf
    with logarithmic counts (Salton and Buckley 1988) and of length one."""

    def __init__(self) -> None:
        self.union = FeatureUnion(
            [
                (
                    "words",
                    TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=MOST_WORDS),
                ),
                (
                    "pieces",
                    TfidfVectorizer(
                        analyzer="char_wb",
                        ngram_range=(3, 5),
                        sublinear_tf=True,
                        min_df=2,
                        max_features=MOST_PIECES,
                    ),
                ),
            ]
        )

    def fit(self, texts: Sequence[str]) -> Self:
        """Raises ValueError where the texts have no words or no piece occurs twice."""
        self.union.fit(texts)
        return self

    def transform(self, texts: Sequence[str]) -> Any:
        return self.union.transform(texts)
