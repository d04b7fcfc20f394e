"""The bucket hangs or is gone: requests end soon with a clear answer, and jobs wait for it."""

import signal
import time

import psutil

from tests.faults.conftest import MakeHouse, Tell
from tests.faults.house import wait_for
from tests.services import Service, answers_http, running, start_rclone_s3

COUNT = 2_000


class TestBucketAway:
    """One house on an S3 server of its own."""

    def test_a_job_is_tried_again_and_a_request_does_not_hang(
        self, make_house: MakeHouse, tell: Tell, port: int
    ) -> None:
        with running(start_rclone_s3) as bucket:
            house = make_house(PORT=str(port), **variables_of(bucket))
            house.world = house.ask("make_world")
            here = {name: house.world[name] for name in ("dataset", "schema")}
            for words in (("clock",), ("worker", "quick"), ("web",)):
                house.start(*words)
            wait_for(answers_http(f"http://127.0.0.1:{port}/healthz"))
            house.ask("take_in", **here, count=COUNT)
            server = psutil.Process(bucket.leash.pid).children()[0]
            server.send_signal(signal.SIGSTOP)
            begun = time.monotonic()
            assert house.ask("error_of_store") == "StorageAway"
            tell("seconds until a hung bucket was given up", time.monotonic() - begun)
            assert time.monotonic() - begun < 45
            job = house.ask("export", dataset=here["dataset"])
            wait_for(lambda: house.job(job)["attempt"] >= 1)
            assert answers_http(f"http://127.0.0.1:{port}/healthz")()
            server.send_signal(signal.SIGCONT)
            row = house.wait_for_end(job)
            assert row["state"] == "succeeded", row
            assert house.ask("exported_lines", job_id=job) == COUNT


def variables_of(bucket: Service) -> dict[str, str]:
    """The environment variables that lead to a bucket."""
    return {
        "WINNOW_S3_BUCKET": bucket.details["bucket"],
        "WINNOW_S3_ENDPOINT": bucket.url,
        "WINNOW_S3_ACCESS_KEY": bucket.details["access_key"],
        "WINNOW_S3_SECRET_KEY": bucket.details["secret_key"],
    }
