"""Politeness: pace, Retry-After, growing pauses, and errors that say what next."""

import time
from email.utils import formatdate

import pytest

from headword.core.errors import ServiceError
from headword.harvest.client import Client, retry_after
from headword.harvest.wire import Fault, Wire

from .local_server import Reply


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def client(clock, notes):
    wire = Wire()
    yield Client(wire, clock, interval=3.0, note=notes.append, draw=lambda: 1.0)
    wire.close()


def get(client: Client, url: str, **options) -> bytes:
    return client.get(url, lambda answer: answer.body, **options)


def test_the_pace_is_kept_for_each_host(serve, client, clock) -> None:
    one, other = serve(lambda asked: Reply(b"1")), serve(lambda asked: Reply(b"2"))
    get(client, one.url)
    get(client, other.url)
    assert clock.slept == []
    get(client, one.url)
    clock.time += 10
    get(client, one.url)
    assert clock.slept == [3.0]


def test_pauses_grow_and_stop_growing(serve, client, clock) -> None:
    server = serve(lambda asked: Reply(b"", 500))
    with pytest.raises(ServiceError, match=r"no usable answer in 8 tries, at last: status 500$"):
        get(client, server.url)
    assert len(server.asked) == 8
    # After the first pause of 2 seconds one more is due, for the pace is 3.
    assert clock.slept == [2, 1, 4, 8, 16, 32, 64, 120]


def test_jitter_takes_up_to_half(serve, clock, notes) -> None:
    server = serve(lambda asked: Reply(b"x"), {0: Reply(b"", 502), 1: Reply(b"", 504)})
    wire = Wire()
    client = Client(wire, clock, interval=0, note=notes.append, draw=lambda: 0.0)
    assert get(client, server.url) == b"x"
    assert clock.slept == [1.0, 2.0]
    wire.close()


@pytest.mark.parametrize("status", [429, 503, 403])
def test_retry_after_in_seconds(serve, client, clock, notes, status: int) -> None:
    server = serve(lambda asked: Reply(b"x"), {0: Reply(b"", status, headers={"Retry-After": "77"})})
    assert get(client, server.url) == b"x"
    assert clock.slept[0] == 78.0
    assert notes == [f"127.0.0.1:{server.url.rpartition(':')[2]}: status {status}; next try in 78 s"]


def test_retry_after_as_a_date(serve, client, clock) -> None:
    date = formatdate(clock.now() + 300, usegmt=True)
    server = serve(lambda asked: Reply(b"x"), {0: Reply(b"", 503, headers={"Retry-After": date})})
    get(client, server.url)
    assert clock.slept[0] == 301.0


@pytest.mark.parametrize("value", ["soon", "", "-5", "Sun, 99 Nov 9999 99:99:99 GMT"])
def test_retry_after_that_says_nothing(serve, client, clock, value: str) -> None:
    server = serve(lambda asked: Reply(b"x"), {0: Reply(b"", 503, headers={"Retry-After": value})})
    get(client, server.url)
    assert clock.slept[0] == 2.0
    assert retry_after(value, 0.0) is None


@pytest.mark.parametrize("date", ["Thu Jan  1 00:01:00 1970", "Thu, 01 Jan 1970 00:01:00 -0000"])
def test_a_date_without_a_zone_is_of_utc_wherever_this_machine_is(monkeypatch, date: str) -> None:
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of a process cannot be set on Windows")
    try:
        with monkeypatch.context() as patched:
            patched.setenv("TZ", "America/New_York")
            time.tzset()
            assert retry_after(date, 50.0) == 10.0
    finally:
        time.tzset()


def test_a_used_up_quota_tells_how_long_to_wait(serve, client, clock) -> None:
    reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(clock.now()) + 200)}
    server = serve(lambda asked: Reply(b"x"), {0: Reply(b"", 429, headers=reset), 1: Reply(b"", 429)})
    assert get(client, server.url) == b"x"
    assert clock.slept[:2] == [201.0, 4.0]


def test_a_date_that_is_past_means_now() -> None:
    assert retry_after("Thu, 01 Jan 1970 00:00:00 GMT", 1e9) == 0.0


def test_a_very_long_wait_ends_with_a_message(serve, client, clock) -> None:
    server = serve(lambda asked: Reply(b"", 429, headers={"Retry-After": "86400"}))
    with pytest.raises(ServiceError, match=r"left alone for 24.0 h, until 2023-11-15T22:13:20Z \(status 429\)"):
        get(client, server.url)
    assert len(server.asked) == 1


def test_too_many_requests_slow_the_pace(serve, client, clock) -> None:
    server = serve(lambda asked: Reply(b"x"), {1: Reply(b"", 429)})
    get(client, server.url)
    get(client, server.url)
    clock.slept.clear()
    get(client, server.url)
    assert clock.slept == [4.5]


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (400, "not accepted"),
        (401, "token"),
        (403, "access is refused"),
        (404, "nothing at this address"),
        (414, "too long"),
    ],
)
def test_refusals_are_not_repeated(serve, client, status: int, hint: str) -> None:
    server = serve(lambda asked: Reply(b"<p>because\n of \x1b[2J this</p>", status))
    with pytest.raises(ServiceError, match=f"status {status}: .*{hint}.*it says: because of \ufffd\\[2J this"):
        get(client, server.url)
    assert len(server.asked) == 1


def test_secrets_are_not_repeated(serve, client) -> None:
    """Not even the half of one, where a long message is cut."""
    for blanks in (0, 3_990):
        body = b" " * blanks + b"bad token Abc12345"
        server = serve(lambda asked, body=body: Reply(body, 401))
        with pytest.raises(ServiceError, match=r"bad token( \*\*\*)?$"):
            get(client, server.url, secret={"Authorization": "Bearer Abc12345"})


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"Bearer Abc12345 is odd"),
        Reply(b"", 302, headers={"Location": "foo:Abc12345"}),
        Reply(b"", headers={"Content-Encoding": "Abc12345"}),
        Reply(b"", headers={"X-Odd": "Abc12345"}),
    ],
)
def test_nor_are_they_in_answers(serve, client, notes, reply: Reply) -> None:
    server = serve(lambda asked: reply)

    def refuse(answer) -> None:
        raise Fault(f"odd: {answer.body!r} {answer.headers}")

    with pytest.raises(ServiceError, match=r"\*\*\*") as told:
        client.get(server.url, refuse, secret={"Authorization": "Bearer Abc12345"})
    assert len(notes) == 7
    assert not any("Abc12345" in text for text in (*notes, str(told.value)))


def test_statuses_that_are_expected_are_given(serve, client) -> None:
    server = serve(lambda asked: Reply(b"gone", 404))
    assert get(client, server.url, also=(404,)) == b"gone"


def test_an_answer_that_is_not_understood_is_asked_for_again(serve, client, notes) -> None:
    server = serve(lambda asked: Reply(b"good"), {0: Reply(b"bad"), 1: Reply(b"good", trouble="cut")})

    def understand(answer) -> bytes:
        if answer.body != b"good":
            raise Fault("odd")
        return answer.body

    assert client.get(server.url, understand) == b"good"
    assert [note.partition(": ")[2] for note in notes] == [
        "odd; next try in 2 s",
        "the answer was cut off; next try in 4 s",
    ]


def test_parameters_join_those_of_the_address(serve, client) -> None:
    server = serve(lambda asked: Reply(b""))
    get(client, f"{server.url}/x?a=1", params={"b": "é &"})
    assert server.asked[0].query == {"a": "1", "b": "é &"}
