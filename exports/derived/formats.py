"""The derived formats by key. Adding one is adding a class and a line here."""

from exports.derived.base import DerivedFormat
from exports.derived.perspectives.argilla import Argilla
from exports.derived.perspectives.label_studio import LabelStudio
from exports.derived.perspectives.lewidi import LeWiDi
from exports.derived.perspectives.matrix import Matrix
from exports.derived.training.others import Axolotl, LlamaFactory, OpenAiDpo
from exports.derived.training.trl import TrlKto, TrlPreference, TrlReward

FORMATS: dict[str, DerivedFormat] = {
    format.key: format
    for format in (
        *(TrlPreference(), TrlReward(), TrlKto(), LlamaFactory(), Axolotl(), OpenAiDpo()),
        *(LeWiDi(), Matrix(), LabelStudio(), Argilla()),
    )
}
