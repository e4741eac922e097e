"""Settings of every process, read once from the environment (see docs/configuration.md)."""

import os
from typing import Any

import environ
import sentry_sdk
from csp.constants import NONE, SELF

from config import languages
from config.embedded import places
from config.environment import (
    BASE_DIR,
    Environment,
    celery_broker_url,
    data_dir,
    development_secret,
    storage_backend,
)
from config.openapi.introduction import INTRODUCTION
from config.openapi.tags import described_tags
from config.probes import is_not_a_probe

VERSION = "0.1.0"

env = Environment(os.environ)
ENVIRONMENT = env.name
DATA_DIR = data_dir(env)
DEBUG = env.flag("DEBUG", False)

SECRET_KEY = env.required_in_production("SECRET_KEY") or development_secret(DATA_DIR)
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", () if env.is_production else ("127.0.0.1", "localhost", "[::1]", "testserver")
)
if env.is_production:
    env.required_in_production("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "accounts",
    "annotation",
    "analysis",
    "policies",
    "values",
    "exports",
    "demo",
]

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.PageCompressionMiddleware",
    "accounts.api.limits.LimitHeaders",
    "accounts.api.conditional.DocumentTags",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.acting.ActingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Database. Connections are kept: opening one costs as much as a whole request.
DATABASE_URL = env.required_in_production("DATABASE_URL") or places.database_url(DATA_DIR)
DATABASES: dict[str, Any] = {
    "default": {
        **environ.Env.db_url_config(DATABASE_URL),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
# A server that cannot be reached is an error within seconds, not after the system's two minutes.
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 5,
    **DATABASES["default"].get("OPTIONS", {}),
}
# Off behind a pooler that gives every transaction another connection.
PREPARED_STATEMENTS = env.flag("PREPARED_STATEMENTS", True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis protocol: broker, cache, sessions.
REDIS_URL = env.required_in_production("REDIS_URL") or places.redis_url(DATA_DIR)
CACHES = {
    "default": {
        "BACKEND": "config.cache.KeptClientCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "variorum",
        "TIMEOUT": 30 * 24 * 3600,
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# Background jobs.
CELERY_BROKER_URL = celery_broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": "variorum:", "socket_timeout": 30}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "variorum"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "return lapsed leases": {"task": "annotation.return_lapsed_leases", "schedule": 15.0},
    "return unused seats": {"task": "annotation.return_lapsed_seats", "schedule": 300.0},
    "recount open campaigns": {"task": "annotation.reconcile_campaigns", "schedule": 6 * 3600.0},
    "count large campaigns": {"task": "annotation.summarise_campaigns", "schedule": 60.0},
    "look after campaigns": {"task": "annotation.watch_campaigns", "schedule": 60.0},
    "tell of failed snapshots": {"task": "exports.tell_failures", "schedule": 60.0},
    "tell of failed analyses": {"task": "analysis.tell_failures", "schedule": 60.0},
    "tell of failed audits": {"task": "values.tell_failures", "schedule": 60.0},
    "deliver notices": {"task": "annotation.deliver_notices", "schedule": 15.0},
    "allot adaptive judgments": {"task": "annotation.adapt_campaigns", "schedule": 60.0},
    "forget how people came": {"task": "annotation.forget_arrivals", "schedule": 3600.0},
    "discard abandoned files": {
        "task": "annotation.discard_abandoned_files",
        "schedule": 3600.0,
    },
    "take up failed erasures": {
        "task": "annotation.take_up_failed_erasures",
        "schedule": 3600.0,
    },
    "obey withdrawals in snapshots": {"task": "exports.obey_withdrawals", "schedule": 15.0},
    "obey withdrawals in bounds": {"task": "policies.obey_withdrawals", "schedule": 15.0},
    "resume stalled imports": {"task": "annotation.resume_stalled_jobs", "schedule": 10.0},
    "resume stalled analyses": {"task": "analysis.resume_stalled_runs", "schedule": 10.0},
    "resume stalled snapshots": {"task": "exports.resume_stalled_snapshots", "schedule": 10.0},
    "resume stalled audits": {"task": "values.resume_stalled_audits", "schedule": 10.0},
}

# People and sign-in.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if ENVIRONMENT == "test":
    # Tests sign in hundreds of people; a slow hash is the point elsewhere.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.views.lockout.locked_out"
AXES_USERNAME_FORM_FIELD = "username"
AXES_DISABLE_ACCESS_LOG = True
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXIES or None
AXES_IPWARE_META_PRECEDENCE_ORDER = (
    ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if TRUSTED_PROXIES else ["REMOTE_ADDR"]
)

# REST.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.StandingTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "config.openapi.schema.Schema",
    "EXCEPTION_HANDLER": "accounts.api.problems.problem_response",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.limits.Limit"],
    "DEFAULT_THROTTLE_RATES": {"token": "20/min", "entry": "120/min"},
    "NUM_PROXIES": TRUSTED_PROXIES,
    # `format` names the format of item files here, never that of an answer.
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
# How many requests a person may make in a minute: all, and those that begin slow work.
API_LIMITS = {
    "requests": env.number("API_REQUESTS_PER_MINUTE", 1200, least=1),
    "starts": env.number("API_STARTS_PER_MINUTE", 60, least=1),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Variorum",
    "DESCRIPTION": INTRODUCTION,
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "TAGS": described_tags(),
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.openapi.examples.unite_anything",
        "config.openapi.examples.add_examples",
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    # Headings first: all operations and schemas at once take a browser many seconds.
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "filter": True,
        "docExpansion": "none",
        "defaultModelsExpandDepth": 0,
    },
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
    # Several kinds of things are called `kind`.
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "accounts.enums.Role",
        "OrganisationRoleEnum": "annotation.enums.OrganisationRole",
        "CampaignRoleEnum": "annotation.enums.CampaignRole",
        "CampaignStatusEnum": "annotation.enums.CampaignStatus",
        "AssignmentStatusEnum": "annotation.enums.AssignmentStatus",
        "JobStateEnum": "annotation.enums.JobState",
        "SnapshotStateEnum": "exports.enums.SnapshotState",
        "QuestionKindEnum": "accounts.enums.QuestionKind",
        "ReportKindEnum": "annotation.enums.ReportKind",
        "AnalysisViewEnum": "analysis.enums.View",
        "TextKindEnum": "exports.enums.TextKind",
        "WantedEnum": "annotation.enums.Wanted",
        "TextVerdictEnum": "exports.enums.TextVerdict",
        "BoundsVerdictEnum": "policies.enums.VerdictKind",
        "RuleKindEnum": "policies.enums.RuleKind",
        "NoticeEventEnum": "annotation.enums.NoticeEvent",
    },
}

# Files.
STATIC_URL = "static/"
STATIC_ROOT = env.text("STATIC_ROOT") or str(DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
# Where workers write what is not yet published; every machine its own.
WORK_DIR = DATA_DIR / "work"
STORAGES: dict[str, dict[str, Any]] = {
    # Uploads waiting for import and published snapshots; never served by the web server directly.
    "default": storage_backend(env.text("EXPORT_STORAGE_URL"), DATA_DIR / "storage"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if ENVIRONMENT == "test" or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = ENVIRONMENT == "test" or DEBUG

# Import limits: a line longer than this is an error of its own, and is never held in memory.
IMPORT_MAX_LINE_BYTES = 4 * 1024 * 1024
IMPORT_MAX_FILE_BYTES = env.number("IMPORT_MAX_FILE_BYTES", 8 * 1024**3, least=1)
# So much of a file is read where somebody only looks at it.
IMPORT_LOOK_BYTES = 8 * 1024 * 1024

# Mail.
EMAIL_URL = env.text("EMAIL_URL", "consolemail://")
vars().update(environ.Env.email_url_config(EMAIL_URL))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "variorum@localhost")

# What the installation sends out: links in mail begin with this, where it is known.
PUBLIC_URL = env.text("PUBLIC_URL").rstrip("/")
# Off, researchers cannot have the installation post into its own network.
WEBHOOKS_MAY_BE_PRIVATE = env.flag("WEBHOOKS_MAY_BE_PRIVATE", False)

# Language and time.
LANGUAGE_CODE = "en"
LANGUAGES = languages.LANGUAGES
FORMAT_MODULE_PATH = ["config.formats"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# Security headers.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if env.is_production:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not env.flag("PLAIN_HTTP", False)

# What is logged, and where errors are reported.
LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"no probes": {"()": "django.utils.log.CallbackFilter", "callback": is_not_a_probe}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no probes"],
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "axes": {"level": "WARNING"},
        # Refusals are answers, not events of the installation.
        "django.request": {"level": "ERROR"},
    },
}
if env.text("SENTRY_DSN"):
    sentry_sdk.init(
        dsn=env.text("SENTRY_DSN"),
        environment=ENVIRONMENT,
        release=VERSION,
        send_default_pii=False,
    )
