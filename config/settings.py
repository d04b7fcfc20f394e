"""Every value once, from the environment. `config/environment.py` documents the variables."""

import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.environment import read, read_list

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = read("WINNOW_MODE")
IS_PRODUCTION = MODE == "production"
DEBUG = MODE == "development"
HOME = Path(read("WINNOW_HOME")).resolve()
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)


def _secret_key() -> str:
    """Return the signing key; outside production one is made and kept beside the data."""
    given = read("WINNOW_SECRET_KEY")
    if given or IS_PRODUCTION:
        return given
    path = HOME / "secret_key"
    if not path.exists():
        draft = HOME / f".secret_key-{os.getpid()}"
        draft.write_text(secrets.token_urlsafe(48))
        draft.chmod(0o600)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # the first of several processes wins
        draft.unlink()
    return path.read_text()


SECRET_KEY = _secret_key()
WINNOW_ID_KEY = read("WINNOW_ID_KEY") or SECRET_KEY
BASE_URL = read("WINNOW_BASE_URL") or f"http://127.0.0.1:{read('PORT')}"
TRUSTED_PROXIES = int(read("WINNOW_TRUSTED_PROXIES"))
ALLOWED_HOSTS = read_list("WINNOW_ALLOWED_HOSTS") or (
    [] if IS_PRODUCTION else ["127.0.0.1", "localhost", "[::1]", "testserver"]
)

INSTALLED_APPS = [
    "foundation",
    "datasets",
    "annotate",
    "training",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "foundation.middleware.RequestIdMiddleware",
    "foundation.middleware.RefusedBodyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "foundation.middleware.TimeZoneMiddleware",
    "config.problems.DomainErrorMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        read("DATABASE_URL") or f"sqlite:///{HOME / 'winnow.sqlite3'}", conn_max_age=600
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE is the cure for "database is locked"; FULL keeps what was acknowledged.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-32768;"
            "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
            "PRAGMA wal_autocheckpoint=4000;"  # 16 MB: an import writes a page fewer times
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "foundation.User"
AUTHENTICATION_BACKENDS = ["foundation.accounts.QuickBackend"]
PASSWORD_HASHERS = [
    "foundation.passwords.Argon2Small",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
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
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "foundation.accounts.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,10/15m/key", "login": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
if read("WINNOW_EMAIL_URL"):
    _mail = urlsplit(read("WINNOW_EMAIL_URL"))
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.scheme == "smtp+tls", _mail.scheme == "smtps"
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# --- Broker and jobs ----------------------------------------------------------------------------
CELERY_BROKER_URL = read("WINNOW_BROKER_URL") or "filesystem://localhost//"
CELERY_TASK_ALWAYS_EAGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # the job row is the truth; a message is only a bell
CELERY_TASK_DEFAULT_QUEUE = "quick"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
JOB_LEASE_SECONDS = float(read("WINNOW_JOB_LEASE_SECONDS"))
CELERY_BEAT_SCHEDULE = {"tick": {"task": "foundation.tick", "schedule": 5.0}}
if CELERY_BROKER_URL.startswith("filesystem"):
    _bells = HOME / "broker"
    for _folder in ("bells", "control", "done"):
        (_bells / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT = "foundation.folder_broker:FolderTransport"
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "data_folder_in": str(_bells / "bells"),
        "data_folder_out": str(_bells / "bells"),
        "control_folder": str(_bells / "control"),
        "processed_folder": str(_bells / "done"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 60,
        "socket_timeout": 10,
        "socket_connect_timeout": 5,
    }

# --- Cache, files, static files -----------------------------------------------------------------
if read("WINNOW_CACHE_URL"):
    _redis: dict[str, object] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": read("WINNOW_CACHE_URL"),
    }
    CACHES: dict[str, dict[str, object]] = {"default": _redis, "throttle": _redis}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(HOME / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 20000},
        },
        "throttle": {  # counted with every request: in memory, not in files
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "throttle",
            "OPTIONS": {"MAX_ENTRIES": 20000},
        },
    }
MEDIA_ROOT = HOME / "files"
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("WINNOW_STATIC_ROOT") or HOME / "static")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [  # not static/ as a whole: the workbench's sources are nobody's business
    (name, BASE_DIR / "static" / name)
    for name in ("css", "dist", "fonts", "icons")
    if (BASE_DIR / "static" / name).is_dir()
]
WHITENOISE_USE_FINDERS = True
# The build writes the hash of what is in it into each name, so a browser need not ask again.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/assets/.+-[\w-]{8}\.\w+$"
if read("WINNOW_S3_BUCKET"):
    _files: dict[str, object] = {
        "BACKEND": "foundation.buckets.BucketStorage",
        "OPTIONS": {
            "bucket_name": read("WINNOW_S3_BUCKET"),
            "endpoint_url": read("WINNOW_S3_ENDPOINT") or None,
            "region_name": read("WINNOW_S3_REGION"),
            "access_key": read("WINNOW_S3_ACCESS_KEY") or None,
            "secret_key": read("WINNOW_S3_SECRET_KEY") or None,
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
else:
    _files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(MEDIA_ROOT),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }
STORAGES = {
    "default": _files,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
UPLOAD_LIMIT_BYTES = int(read("WINNOW_UPLOAD_LIMIT_MB")) * 1024 * 1024
LONGEST_CLIP_SECONDS = float(read("WINNOW_LONGEST_CLIP_MINUTES")) * 60
MOST_MEGAPIXELS = int(read("WINNOW_MOST_MEGAPIXELS"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 34 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- REST ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "foundation.api.authentication.TokenAuthentication",
        "foundation.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["foundation.api.rendering.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["foundation.api.parsing.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["foundation.api.throttling.ScopedThrottle"],
    "DEFAULT_THROTTLE_RATES": {"write": "6000/min", "read": "12000/min", "heavy": "60/min"},
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.problems.as_problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "NUM_PROXIES": TRUSTED_PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Winnow",
    "DESCRIPTION": "From raw data to a validated model, with every label accounted for.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "foundation.models.Role",
        "JobStateEnum": "foundation.models.Job.State",
        "VersionStateEnum": "datasets.models.Version.State",
        "UploadStateEnum": "datasets.models.Upload.State",
        "QueueStateEnum": "annotate.models.Queue.State",
        "VerdictEnum": "annotate.models.Review.Verdict",
        "AnswerVerdictEnum": "annotate.api.shapes.ON_ANSWERS",
        "WorkStageEnum": "annotate.api.shapes.WORK_STAGES",
        "CourseStateEnum": "annotate.api.course_shapes.STATES",
        "DoubtKindEnum": "training.models.DoubtList.Kind",
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}

# --- Language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "UTC"

# --- Safety -------------------------------------------------------------------------------------
_directives: dict[str, list[object]] = {
    "default-src": [NONE],
    "script-src": [SELF, NONCE],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "media-src": [SELF],
    "font-src": [SELF],
    "connect-src": [SELF],
    "worker-src": [SELF, "blob:"],
    "manifest-src": [SELF],
    "frame-ancestors": [NONE],
    "form-action": [SELF],
    "base-uri": [NONE],
    "object-src": [NONE],
}
if read("WINNOW_S3_ENDPOINT"):
    # Media answers with a redirect to the bucket; the browser checks the target too.
    for _directive in ("img-src", "media-src", "connect-src"):
        _directives[_directive].append(read("WINNOW_S3_ENDPOINT"))
elif read("WINNOW_S3_BUCKET"):
    for _directive in ("img-src", "media-src", "connect-src"):
        _directives[_directive].append("https://*.amazonaws.com")
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _directives}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.problems.csrf_failure"
SESSION_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_SECURE = IS_PRODUCTION
SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_HSTS_SECONDS = 31536000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_PRODUCTION
SECURE_HSTS_PRELOAD = False
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # preload is the operator's promise, not ours
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if IS_PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": read("WINNOW_LOG_LEVEL")},
}
