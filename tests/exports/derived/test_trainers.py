"""TRL's trainers take steps on the files as they are written.

Runs where torch and trl are installed, which the test requirements leave out for their size:
`uv pip install torch trl` adds them. Nothing is downloaded: model and tokenizer are made here.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.exports.derived.data import CONVERSATION, Said, made_of, prefer, tables_of
from tests.exports.derived.tiny import saved_model

WHY = "torch and trl are not installed; see the head of this file"
pytest.importorskip("torch", reason=WHY)
trl = pytest.importorskip("trl", reason=WHY)
datasets = pytest.importorskip("datasets", reason=WHY)

ITEMS = {
    f"q{number}": {
        "prompt": CONVERSATION if number % 2 else f"What is {number}?",
        "responses": {"x": f"It is {number}.", "y": [{"role": "assistant", "content": "No"}]},
    }
    for number in range(8)
}
SAID = [
    Said(item, person, {"overall": answer}, stratum=stratum)
    for item in ITEMS
    for person, stratum, answer in (
        ("ada", "young", prefer("x", 2)),
        ("ben", "old", prefer("y", 1)),
        ("cy", "old", {"outcome": "both_bad"}),
    )
]
CHOICES = [
    {"content": content, **mode}
    for content in ("conversational", "plain")
    for mode in (
        {"mode": "judgments"},
        {"mode": "weighted", "weights": "stratum"},
        {"mode": "soft"},
    )
]


def trained(folder: Path, key: str, choices: dict[str, Any]) -> Any:
    """The trainer of a format after two steps on its file, and what it logged last."""
    made = made_of(folder, [tables_of(SAID, ITEMS)], {"format": key, **choices})
    path = next(one.path for one in made.values() if one.split and not one.is_sidecar)
    data = datasets.load_dataset(
        "json", data_files=str(path), split="train", cache_dir=str(folder / "cache")
    )
    assert len(data) == made[path.name].rows
    config, trainer, kind = TRAINERS[key]
    trainer = trainer(
        model=saved_model(folder / "model", kind),
        args=config(
            output_dir=str(folder / "out"),
            max_steps=2,
            per_device_train_batch_size=4,
            use_cpu=True,
            bf16=False,
            report_to=[],
            logging_steps=1,
            save_strategy="no",
        ),
        train_dataset=data,
    )
    trainer.train()
    return trainer


TRAINERS = {
    "trl-preference": (trl.DPOConfig, trl.DPOTrainer, "language"),
    "trl-reward": (trl.RewardConfig, trl.RewardTrainer, "reward"),
    "trl-kto": (trl.KTOConfig, trl.KTOTrainer, "language"),
}


@pytest.mark.slow
@pytest.mark.parametrize("choices", CHOICES, ids=lambda one: f"{one['content']}-{one['mode']}")
@pytest.mark.parametrize("key", TRAINERS)
def test_a_trainer_takes_steps(tmp_path: Path, key: str, choices: dict[str, Any]):
    trainer = trained(tmp_path, key, choices)
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert len(losses) == 2
    assert all(0 < loss < 100 for loss in losses)


@pytest.mark.slow
def test_margins_reach_the_loss(tmp_path: Path):
    near = trained(tmp_path / "near", "trl-reward", {"margins": [0, 0]})
    far = trained(tmp_path / "far", "trl-reward", {"margins": [5, 5]})
    first = [one.state.log_history[0]["loss"] for one in (near, far)]
    assert first[1] - first[0] > 3
