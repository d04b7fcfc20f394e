"""Settings of a test run: the real ones, on a database and in folders of its own.

`WINNOW_TEST_DATABASE` chooses `sqlite` (default: a file, with the options of production) or
`postgres` (a server is started once and shared by the workers of pytest-xdist). All this has to
happen before Django reads its settings, which pytest-django does before any conftest is loaded.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.services import start_postgres

RUN_FOLDER_NAME = "WINNOW_TEST_RUN"


def prepare_run() -> Path:
    """Make the folder of this run, start its database; the first process does it for all."""
    if os.environ.get(RUN_FOLDER_NAME):
        return Path(os.environ[RUN_FOLDER_NAME])
    folder = Path(tempfile.mkdtemp(prefix="winnow-tests-"))
    os.environ[RUN_FOLDER_NAME] = str(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in [n for n in os.environ if n.startswith("WINNOW_S3_")]:
        del os.environ[name]
    wanted = os.environ.get("WINNOW_TEST_DATABASE", "sqlite")
    if wanted == "postgres":
        server = start_postgres()
        atexit.register(server.stop)
        os.environ["DATABASE_URL"] = server.url.removesuffix("/postgres") + "/winnow"
        os.environ["WINNOW_TEST_POSTGRES_TCP"] = server.details["tcp_url"]
    elif wanted == "sqlite":
        os.environ.pop("DATABASE_URL", None)
    else:
        raise ValueError(f"WINNOW_TEST_DATABASE={wanted}: say sqlite or postgres.")
    return folder


RUN_FOLDER = prepare_run()
os.environ["WINNOW_MODE"] = "embedded"
os.environ["WINNOW_HOME"] = str(RUN_FOLDER / os.environ.get("PYTEST_XDIST_WORKER", "main"))
for _name in ("WINNOW_BROKER_URL", "WINNOW_CACHE_URL", "WINNOW_BASE_URL"):
    os.environ.pop(_name, None)

from config.settings import *  # noqa: E402, F403 (the environment above comes first)
from config.settings import DATABASES, HOME, REST_FRAMEWORK  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "tests.sqlite3")}
else:
    # A connection that outlives its test keeps the next test from cleaning up.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
REST_FRAMEWORK["TEST_REQUEST_DEFAULT_FORMAT"] = "json"
# Every test client starts the middleware anew, which would read all static files each time.
WHITENOISE_AUTOREFRESH = True

# A test's rows are seen by no other connection, so that a heartbeat of its job would find no row:
# none is due within the test, however slow the machine is. Tests of dying workers set their own.
JOB_LEASE_SECONDS = 900.0
