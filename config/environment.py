"""Every environment variable that Winnow reads, in one table with its default and meaning."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One variable: what it is called, what holds without it, what it does."""

    name: str
    default: str
    meaning: str
    is_secret: bool = False


TABLE = (
    Setting("WINNOW_MODE", "embedded", "embedded, development or production"),
    Setting("WINNOW_HOME", "var", "folder of the database, files, broker and keys"),
    Setting("PORT", "8000", "port of the web server on 127.0.0.1 (winnow up)"),
    Setting("DATABASE_URL", "", "database; empty: SQLite in WINNOW_HOME"),
    Setting("WINNOW_BROKER_URL", "", "Celery broker; empty: a folder in WINNOW_HOME"),
    Setting(
        "WINNOW_CACHE_URL",
        "",
        "redis:// of the cache; empty: a folder, and each web process counts requests for itself",
    ),
    Setting("WINNOW_SECRET_KEY", "", "signing key; embedded: made once in WINNOW_HOME", True),
    Setting("WINNOW_ID_KEY", "", "key of the public ids; empty: the signing key", True),
    Setting("WINNOW_ALLOWED_HOSTS", "", "host names served, with commas (production)"),
    Setting("WINNOW_BASE_URL", "", "address people use, for links made outside a request"),
    Setting("WINNOW_TRUSTED_PROXIES", "0", "number of proxies in front whose headers count"),
    Setting("WINNOW_S3_BUCKET", "", "bucket for files; empty: a folder in WINNOW_HOME"),
    Setting("WINNOW_S3_ENDPOINT", "", "address of the S3 server; empty: AWS"),
    Setting("WINNOW_S3_REGION", "us-east-1", "region of the bucket"),
    Setting("WINNOW_S3_ACCESS_KEY", "", "access key of the bucket", True),
    Setting("WINNOW_S3_SECRET_KEY", "", "secret key of the bucket", True),
    Setting(
        "WINNOW_EMAIL_URL",
        "",
        "smtp+tls://user:password@host:587; empty: to the log",
    ),
    Setting("WINNOW_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
    Setting("WINNOW_UPLOAD_LIMIT_MB", "20480", "largest single upload"),
    Setting("WINNOW_LONGEST_CLIP_MINUTES", "240", "longest single sound or video that is taken in"),
    Setting(
        "WINNOW_MOST_MEGAPIXELS",
        "250",
        "largest single picture, in million pixels; reading one takes up to 10 MB of memory each",
    ),
    Setting("WINNOW_JOB_LEASE_SECONDS", "45", "after which a dead worker's job is taken up again"),
)
_DEFAULTS = {setting.name: setting.default for setting in TABLE}


def read(name: str) -> str:
    """Return the value of a variable of the table, or its default."""
    return os.environ.get(name, "") or _DEFAULTS[name]


def read_list(name: str) -> list[str]:
    """Return the values of a variable that holds several, separated by commas."""
    return [part.strip() for part in read(name).split(",") if part.strip()]
