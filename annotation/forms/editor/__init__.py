"""The campaign page's form: as a whole, or one step of it after the other."""

from annotation.forms.editor.campaign_editor import CampaignEditor
from annotation.forms.editor.steps import STEPS, EditorStep, step_named

__all__ = ["STEPS", "CampaignEditor", "EditorStep", "step_named"]
