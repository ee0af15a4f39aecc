"""What a status costs beside routes that do nothing, with our guards and without. `python -m tests.bench.status`

One caller that waits for each answer over one connection: nothing queues, so the times are the service's and Redis'.
"""

import time
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from tests.bench.stack import Usage, quantile
from tests.load.processes import PROVIDER, WHO, running, running_hello

REQUESTS, WARM_UP, ROUNDS = 2_000, 100, 3
STATUS = f"{PROVIDER}/credentials?{urlencode(WHO)}"


def ask(caller: HTTPConnection, path: str) -> float:
    """Seconds of one request."""
    began = time.perf_counter()
    caller.request("GET", path)
    answer = caller.getresponse()
    answer.read()
    took_s = time.perf_counter() - began
    assert answer.status == 200, answer.status
    return took_s


def report(title: str, url: str, path: str, pid: int) -> float:
    """CPU milliseconds a request, in the best round."""
    rounds = []
    with closing(HTTPConnection(urlsplit(url).netloc)) as caller:
        for _ in range(WARM_UP):
            ask(caller, path)
        for _ in range(ROUNDS):
            usage = Usage(pid)
            times_s = [ask(caller, path) for _ in range(REQUESTS)]
            rounds.append((1e3 * usage.cpu_s() / REQUESTS, *(1e3 * quantile(times_s, at) for at in (50, 95, 99))))
    cpu_ms, *marks = min(rounds)
    print(f"{title}: {cpu_ms:.2f} ms CPU, p50 / p95 / p99 {' / '.join(f'{mark:.2f}' for mark in marks)} ms", flush=True)
    return cpu_ms


def main() -> None:
    with running_hello() as hello, running(1) as ([service], _simulator):
        bare = report("a route that does nothing, without guards", hello.url, "/", hello.pid)
        guarded = report("the same behind our guards (`GET /`)", service.url, "/", service.pid)
        status = report("the status of a connection", service.url, STATUS, service.pid)
    print(f"a status costs {status / bare:.1f} times the bare route, {status / guarded:.1f} times the guarded one")


if __name__ == "__main__":
    main()
