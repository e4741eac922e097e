"""The page on which a reviewer passes what people wrote, text by text."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import signed_in_user
from annotation.enums import Right
from annotation.views.research_access import research_page
from exports.access import exported_campaign
from exports.enums import TextKind, TextVerdict
from exports.errors import NotFound
from exports.forms import TextForm, read_cuts
from exports.selectors.texts import decisions_on, text_page
from exports.services.reviewing import decide_text
from exports.views.htmx import HtmxRequest


@research_page
@require_safe
@never_cache
def text_review(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of texts that nobody has decided on yet, or of all."""
    campaign = exported_campaign(signed_in_user(request), slug, Right.EDIT)
    kind = kind_in(request.GET.get("kind", ""))
    after = request.GET.get("after", "")
    show_all = request.GET.get("show") == "all"
    context = {
        "campaign": campaign,
        "kind": kind,
        "kinds": TextKind,
        "show_all": show_all,
        "decided": decisions_on([campaign]),
        "page": text_page(
            campaign,
            kind,
            after=int(after[:18]) if after.isascii() and after.isdigit() else 0,
            all_texts=show_all,
        ),
    }
    return render(request, "exports/text_review.html", context)


@research_page
@require_POST
def text_decide(request: HtmxRequest, slug: str) -> HttpResponse:
    """Keep, redact or drop one text; for htmx its new state comes back."""
    user = signed_in_user(request)
    campaign = exported_campaign(user, slug, Right.EDIT)
    form = TextForm(request.POST)
    if not form.is_valid():
        raise NotFound(_("There is no such text."))
    said = form.cleaned_data
    text = decide_text(
        campaign,
        kind_in(said["kind"]),
        said["row"],
        said["place"],
        sha256=said["sha256"],
        verdict=TextVerdict(said["verdict"]),
        cuts=read_cuts(request.POST.getlist("cut")),
        decided_by=user,
    )
    if request.htmx:
        return render(request, "exports/text.html", {"campaign": campaign, "text": text})
    return redirect(f"{reverse('exports:text-review', args=[slug])}?kind={text.kind}")


def kind_in(given: str) -> TextKind:
    return TextKind(given) if given in TextKind.values else TextKind.REASON
