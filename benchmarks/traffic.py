"""Large files going up and down at once: `python -m benchmarks.traffic`, told how on its input.

It is told one JSON object: `headers` of a session, `uploads` (addresses of parts, each sent again
and again) and `downloads` (addresses of files, read again and again in ranges). It goes on until
its input closes, then prints the bytes of both ways.

A process of its own, and as nice as it can be: what it costs the machine to send and to receive is
not the server's. Each upload sends at 10 MB/s and each download takes 20 MB/s, like fast lines;
without a bound the loop-back device would only measure how two cores copy bytes.
"""

import http.client
import json
import os
import sys
import threading
import time
from typing import Any

CHUNK = 256 * 1024
UP, DOWN = 10_000_000, 20_000_000  # bytes a second, each of them
PART = 8 << 20
RANGE = 64 << 20


class Pace:
    """Keeps to so many bytes a second."""

    def __init__(self, rate: int) -> None:
        self._rate, self._begun, self.moved = rate, time.monotonic(), 0

    def move(self, size: int) -> None:
        """Count bytes, and wait if they were too quick."""
        self.moved += size
        ahead = self.moved / self._rate - (time.monotonic() - self._begun)
        if ahead > 0:
            time.sleep(ahead)


def upload(told: dict[str, Any], path: str, stop: threading.Event) -> int:
    """Send a part again and again; returns the bytes sent."""
    connection = http.client.HTTPConnection("127.0.0.1", told["port"], timeout=60)
    pace, chunk = Pace(UP), os.urandom(CHUNK)
    while not stop.is_set():
        connection.putrequest("PUT", path)
        for name, value in told["headers"].items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(PART))
        connection.endheaders()
        for _ in range(PART // CHUNK):
            connection.send(chunk)
            pace.move(CHUNK)
        answer = connection.getresponse()
        assert answer.status == 204, (answer.status, answer.read())
        answer.read()
    return pace.moved


def download(told: dict[str, Any], path: str, stop: threading.Event) -> int:
    """Read a file again and again, range after range; returns the bytes read."""
    connection = http.client.HTTPConnection("127.0.0.1", told["port"], timeout=60)
    pace, start = Pace(DOWN), 0
    while not stop.is_set():
        bounds = f"bytes={start}-{start + RANGE - 1}"
        connection.request("GET", path, headers=told["headers"] | {"Range": bounds})
        answer = connection.getresponse()
        assert answer.status in (206, 416), (answer.status, answer.read())
        start = start + RANGE if answer.status == 206 else 0
        while chunk := answer.read(CHUNK):
            pace.move(len(chunk))
            if stop.is_set():  # the rest of the range is not wanted any more
                connection.close()
                return pace.moved
    return pace.moved


def main() -> None:
    """Move bytes until the input closes."""
    told = json.loads(sys.stdin.readline())
    stop, moved = threading.Event(), {"up": 0, "down": 0}

    def keep(way: str, path: str) -> None:
        bytes_moved = (upload if way == "up" else download)(told, path, stop)
        moved[way] += bytes_moved  # not in one line: Python would read the sum before it waits

    ways = [("up", path) for path in told["uploads"]]
    ways += [("down", path) for path in told["downloads"]]
    threads = [threading.Thread(target=keep, args=way) for way in ways]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()
    print(json.dumps(moved))


if __name__ == "__main__":
    os.nice(19)
    main()
