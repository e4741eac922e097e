"""What people can say they want of a model: statements to agree with from 0 to 100, as data.

Stated preferences in the manner of PRISM's survey (H. R. Kirk et al., arXiv 2404.16019), in our own
words.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LOWEST, HIGHEST = 0, 100
STATEMENTS: dict[str, Promise] = {
    "values": _("It reflects my values or those of my culture."),
    "creativity": _("It is inventive and surprises me."),
    "fluency": _("It writes well, as people do."),
    "factuality": _("It is accurate, and says where it is not sure."),
    "diversity": _("It shows me views other than mine."),
    "safety": _("It leaves out what could hurt somebody."),
    "personalisation": _("It learns from what I said before, and adapts to me."),
    "helpfulness": _("It gets done what I asked for."),
    "directness": _("It gives its own view where I ask for one."),
    "brevity": _("It is brief."),
}
