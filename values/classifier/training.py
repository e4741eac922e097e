"""One logistic regression a value, trained on the distribution of what people said."""

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from values.classifier.labelled import Floats
from values.classifier.vectorising import TfidfTexts, Vectorizer

# How little the weights are held back (sklearn's C): rows have length √2 at most.
STRENGTH = 10.0
MOST_ROUNDS = 1000


class ValueModel:
    """One-vs-rest logistic regressions on soft targets.

    A text whose share of people is p stands twice, as a positive with weight p and as a negative
    with weight 1 − p: the log loss of these rows is the cross-entropy to the distribution, so that
    what is learned is the share and not the majority.
    """

    def __init__(
        self,
        vectorizer: Callable[[], Vectorizer] = TfidfTexts,
        strength: float = STRENGTH,
        seed: int = 0,
    ) -> None:
        self.vectorizer = vectorizer()
        self.strength, self.seed = strength, seed
        self.models: list[LogisticRegression | float] = []

    def fit(self, texts: Sequence[str], shares: Floats) -> Self:
        """Learn from texts and, texts × values, the share of people who saw each value."""
        rows = sparse.csr_matrix(self.vectorizer.fit(texts).transform(texts))
        self.models = [self.fitted(rows, shares[:, number]) for number in range(shares.shape[1])]
        return self

    def fitted(self, rows: Any, share: Floats) -> LogisticRegression | float:
        yes, no = np.flatnonzero(share > 0), np.flatnonzero(share < 1)
        if not len(yes) or not len(no):
            return float(len(yes) > 0)  # nobody disagreed on any text: there is nothing to learn
        model = LogisticRegression(C=self.strength, max_iter=MOST_ROUNDS, random_state=self.seed)
        answers = np.r_[np.ones(len(yes)), np.zeros(len(no))]
        weights = np.r_[share[yes], 1 - share[no]]
        return model.fit(rows[np.r_[yes, no]], answers, sample_weight=weights)

    def predict(self, texts: Sequence[str]) -> Floats:
        """Texts × values: the share of people who would see each value, by the model."""
        rows = sparse.csr_matrix(self.vectorizer.transform(texts))
        columns = [
            np.full(len(texts), model)
            if isinstance(model, float)
            else model.predict_proba(rows)[:, 1]
            for model in self.models
        ]
        return np.column_stack(columns) if columns else np.zeros((len(texts), 0))
