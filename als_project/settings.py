"""All settings, read from the environment.

With `DEBUG=1` (what `bin/dev` sets) everything has a default that needs no server. Without it the
names in `REQUIRED` have no default: a missing one stops the start with a sentence.
"""

import sys
from email.utils import formataddr, parseaddr
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from als_project.browsers import *  # noqa: F403
from als_project.signing_in import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
REQUIRED = ("SECRET_KEY", "FIELD_KEYS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS")
missing = [name for name in REQUIRED if not env.str(name, default="")]
if missing and not DEBUG:
    raise ImproperlyConfigured(
        f"Set {', '.join(missing)} in the environment (README, “Production”), or DEBUG=1 to develop."
    )

# What the embedded product writes: database, broker folders, mail to read. One folder, safe to delete.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))

# --- Secrets and hosts -----------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY", default="for-development-only-and-refused-outside-of-it-1234567890")
# Newest first. `manage.py reencrypt` rewrites every row under the first one.
FIELD_KEYS = env.list("FIELD_KEYS", default=["ZGV2ZWxvcG1lbnQtb25seS1maWVsZC1rZXktMDAwMDE="])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_NAME = env.str("SITE_NAME", default="Action learning sets")
# Where links in messages lead: messages are written by a worker, which has no request to ask.
SITE_URL = env.str(
    "SITE_URL",
    default=f"http://localhost:{env.int('PORT', default=8000)}" if DEBUG else f"https://{ALLOWED_HOSTS[0]}",
).rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
# Who may sign up and found sets: "anyone", or "invited" (only people with an open invitation).
WHO_MAY_SIGN_UP = env.str("WHO_MAY_SIGN_UP", default="anyone" if DEBUG else "invited")
if WHO_MAY_SIGN_UP not in ("anyone", "invited"):
    raise ImproperlyConfigured("WHO_MAY_SIGN_UP is either “anyone” or “invited”.")

# --- Apps ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "actions.apps.ActionsConfig",
    "sessions.apps.SessionsConfig",
    "sets.apps.SetsConfig",
    "als_project.live.apps.LiveConfig",
    "als_project.outbox.apps.OutboxConfig",
    "als_project.inbox.apps.InboxConfig",
    "als_project.users.apps.UsersConfig",
    "als_project.ground.apps.GroundConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "als_project.ground.apps.OurAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "als_project.health.middleware.HealthFirstMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "als_project.users.sign_ins.OwnerMiddleware",
    "als_project.users.middleware.SignInFirstMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "als_project.users.middleware.LocalTimeMiddleware",
    "als_project.users.middleware.PrivatePagesMiddleware",
    "als_project.health.disk.FullDiskMiddleware",
]
if DEBUG:
    MIDDLEWARE.append("als_project.users.middleware.OwnNotFoundMiddleware")
ROOT_URLCONF = "als_project.urls"
WSGI_APPLICATION = "als_project.wsgi.application"
ASGI_APPLICATION = "als_project.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # A site puts its own words and looks into a folder of its own: a file there goes before ours of the same name.
        "DIRS": [*env.list("SITE_TEMPLATES", default=[]), BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "als_project.users.context_processors.site",
            ],
            "builtins": [
                "als_project.templatetags.attributes",
                "als_project.templatetags.bars",
                "als_project.templatetags.clock",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "als_project.templatetags.constants",
                "als_project.templatetags.shortening",
            ],
        },
    }
]

# --- Data ------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'als.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    # Tests on SQLite have a file, too: in memory all threads share one connection's locks.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    # IMMEDIATE takes the write lock at the start: without it, concurrent writers lose writes under WAL.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Behind a pooler that gives each transaction another connection, nothing is kept in one.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("POOLED", default=False)
    if not DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"]:
        # What is written once is planned once, too: PostgreSQL would plan it anew for each array it is given.
        DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c plan_cache_mode=force_generic_plan"

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Celery: the doorbell and the clock; what is to be done stands in the database ------------
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = CELERY_EVENT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "als_project.beat:Scheduler"
BEAT_SECONDS = env.float("BEAT_SECONDS", default=30.0)
CELERY_BEAT_SCHEDULE = {
    "send what is due": {"task": "als_project.outbox.tasks.sweep", "schedule": BEAT_SECONDS},
    "forget old messages": {"task": "als_project.outbox.tasks.forget_old", "schedule": 3600.0},
    "forget old sign-ins": {"task": "als_project.users.tasks.forget_old_sign_ins", "schedule": 3600.0},
    "queue weekly views": {"task": "sets.tasks.queue_weekly_views", "schedule": BEAT_SECONDS},
    "forget old replies": {"task": "als_project.inbox.tasks.forget_old", "schedule": 3600.0},
    "let facilitation end": {"task": "sets.tasks.let_facilitation_end", "schedule": 600.0},
    "delete notes": {"task": "sessions.tasks.delete_notes", "schedule": 3600.0},
    "queue session prompts": {"task": "sessions.tasks.queue_prompts", "schedule": BEAT_SECONDS},
    "queue report-back reminders": {"task": "actions.tasks.queue_reminders", "schedule": BEAT_SECONDS},
}
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
# A worker that hears nothing for so long although tasks are waiting ends itself, and its supervisor starts it anew.
WORKER_DEAF_SECONDS = env.float("WORKER_DEAF_SECONDS", default=60.0)
if REDIS_URL:
    # A page that rings the bell does not wait for a broker that is away: the next sweep does what the ring would have.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "max_retries": 0,
        "socket_connect_timeout": 2,
        "socket_timeout": 3,
    }
else:
    BROKER_DIR = DATA_DIR / "broker"
    for folder in ("queue", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.2,
    }

# --- Mail ------------------------------------------------------------------------------------
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "als_project.devmail.backend.FolderBackend"
EMAIL_TIMEOUT = 10
# Seconds to wait for the answer to a whole message: who gives up too soon sends it twice.
EMAIL_TIMEOUT_AT_END = 60
# A worker's hold on a batch, in seconds: longer than the longest conversation over one message, because what it
# holds is taken over by another worker afterwards.
CLAIM_SECONDS = env.int("CLAIM_SECONDS", default=180)
MESSAGES_A_CONNECTION = env.int("MESSAGES_A_CONNECTION", default=20)
# No message arrives between these, by the recipient's clock, unless they say otherwise, or it is urgent or would be too
# late in the morning. "" for none, as in development, where mail is looked at when it is written.
QUIET_HOURS = env.str("QUIET_HOURS", default="" if DEBUG else "20:00-08:00")
# Of the messages a person can turn off, so many a week arrive by themselves; the rest in a weekly one, if in time.
MOST_MESSAGES_A_WEEK = env.int("MOST_MESSAGES_A_WEEK", default=10)
# So long it can be looked up that a message left; then its row goes.
KEEP_SENT_DAYS = env.int("KEEP_SENT_DAYS", default=90)
DEV_MAIL_DIR = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=formataddr((SITE_NAME, "sets@localhost")))
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where calendars send their answers to an invitation: the organiser's address in it. With “{token}” in it, as in
# "replies+{token}@example.org", each invitation has an address of its own, and an answer to another one is forged.
CALENDAR_ADDRESS = env.str("CALENDAR_ADDRESS", default=parseaddr(DEFAULT_FROM_EMAIL)[1])
# The address to which people write back, with “{token}” in it: "replies+{token}@example.org". "" for none.
REPLY_ADDRESS = env.str("REPLY_ADDRESS", default="")
# The mailbox in which all those answers arrive: "imaps://name:password@host/INBOX", percent-encoded. "" for none.
# With "?done=Handled" answers are moved to that folder once handled; else they are marked as read.
IMAP_URL = env.str("IMAP_URL", default="")
if REPLY_ADDRESS and (not IMAP_URL or REPLY_ADDRESS.count("{token}") != 1):
    raise ImproperlyConfigured("REPLY_ADDRESS has “{token}” in it once, and needs IMAP_URL, where the replies arrive.")
IMAP_SECONDS = env.float("IMAP_SECONDS", default=60.0)
if IMAP_URL:
    if not IMAP_URL.startswith(("imaps://", "imap://")):
        raise ImproperlyConfigured("IMAP_URL looks like imaps://name:password@host/INBOX.")
    CELERY_BEAT_SCHEDULE["read the mailbox"] = {
        "task": "sessions.tasks.read_mailbox",
        "schedule": IMAP_SECONDS,
    }

# --- People ----------------------------------------------------------------------------------
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# --- Language and time -----------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
# Where a person's zone is not known yet.
USUAL_TIME_ZONE = env.str("USUAL_TIME_ZONE", default="Europe/London")

# --- Static files ----------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "als_project.static_files.HashedStaticFiles"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# Fields are looked for among our templates, too: those that stand there cost a fraction of the ones they replace.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- The browser's protection ----------------------------------------------------------------
# Off only for a trial on one machine without TLS.
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=not DEBUG)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS_ONLY
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_ENGINE = "als_project.users.sign_ins"
SESSION_COOKIE_AGE = 30 * 24 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# What a Prometheus server shows to read /metrics: “Authorization: Bearer …”. Without a token there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# --- Logs: ids only, never content. No mail of error reports: a report holds what was typed. ----
ADMINS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "als_project.logs.PlacesOnly", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "als_project.logs.AsJson"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "stream": sys.stderr,
            "formatter": "json" if env.bool("LOG_JSON", default=not DEBUG) else "line",
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django": {"handlers": [], "propagate": True}, "django.server": {"handlers": [], "propagate": True}},
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "als_project.logs.NothingTyped"
