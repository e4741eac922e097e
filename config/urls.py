"""Every address of the installation."""

from csp.decorators import csp_update
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.views.home import home
from config.health import healthz, readyz

# The interactive docs set styles on their elements; scripts stay ours there too.
api_docs = csp_update({"style-src": ["'unsafe-inline'"]})(
    SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api_docs.html")
)

handler404 = "accounts.views.refused.not_found"
handler500 = "accounts.views.refused.broken"

api: list[URLPattern | URLResolver] = [
    path("", include("accounts.api.urls")),
    path("", include("annotation.api.urls")),
    path("", include("analysis.api.urls")),
    path("", include("policies.api.urls")),
    path("", include("values.api.urls")),
    path("", include("exports.api.urls")),
    path("", include("exports.api.own_urls")),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", api_docs, name="api-docs"),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/", include(api)),
    path("admin/", admin.site.urls),
    path("", home, name="home"),
    path("accounts/", include("accounts.urls")),
    path("", include("annotation.urls")),
    path("", include("analysis.urls")),
    path("", include("policies.urls")),
    path("", include("values.urls")),
    path("", include("exports.urls")),
    path("", include("exports.own_urls")),
]
