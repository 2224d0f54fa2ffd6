"""One exchange: codings, cuts, redirects, secrets."""

import pytest

from headword.core.errors import RecipeError
from headword.harvest.wire import Fault, Response, Wire, require_safe

from .local_server import Reply

BODY = bytes(range(256)) * 200


@pytest.fixture
def wire():
    found = Wire("a@example.org")
    yield found
    found.close()


def read(wire: Wire, url: str, **options) -> bytes:
    with wire.open(url, **options) as response:
        return response.read(1 << 20)


@pytest.mark.parametrize("trouble", ["", "gzip", "chunked", "gzip chunked", "two gzip", "padded gzip", "deflate"])
@pytest.mark.parametrize("body", [BODY, bytes(2 << 20), b"x"])
def test_every_coding_is_undone(serve, wire, trouble: str, body: bytes) -> None:
    server = serve(lambda asked: Reply(body, trouble=trouble))
    with wire.open(server.url) as response:
        assert response.read(2 << 20) == body
    assert server.asked[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("trouble", "message"),
    [
        ("cut", "cut off"),
        ("reset", "the connection broke"),
        ("cut gzip", "gzip data end too early"),
        ("cut chunks", "cut off|the connection broke"),
    ],
)
def test_what_is_cut_off_is_a_fault(serve, wire, trouble: str, message: str) -> None:
    server = serve(lambda asked: Reply(BODY, trouble=trouble))
    with pytest.raises(Fault, match=message):
        read(wire, server.url)


def test_data_that_are_not_gzip_at_all(serve, wire) -> None:
    server = serve(lambda asked: Reply(BODY, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(Fault, match="gzip data are damaged"):
        read(wire, server.url)
    server = serve(lambda asked: Reply(BODY, headers={"Content-Encoding": "br"}))
    with pytest.raises(Fault, match="coded as 'br'"):
        read(wire, server.url)


def test_a_small_packet_cannot_become_a_huge_answer(serve, wire) -> None:
    server = serve(lambda asked: Reply(bytes(50_000_000), trouble="gzip"))
    with pytest.raises(Fault, match="longer than 1 MB"), wire.open(server.url) as response:
        response.read(1_000_000)


def test_a_server_that_gives_a_byte_now_and_then(serve, wire, monkeypatch) -> None:
    seconds = iter(range(0, 10_000, 100))
    monkeypatch.setattr("headword.harvest.wire.time.monotonic", lambda: next(seconds))
    response = Response("", 200, {}, iter([b"x"] * 50))
    with pytest.raises(Fault, match="did not end in 10 minutes"):
        response.read(1 << 20)
    assert next(seconds) == 800


def test_nobody_listens(wire) -> None:
    with pytest.raises(Fault, match="no connection"):
        read(wire, "http://127.0.0.1:9")


def test_the_server_is_told_who_asks(serve, wire) -> None:
    server = serve(lambda asked: Reply())
    read(wire, server.url)
    agent = server.asked[0].headers["user-agent"]
    assert agent.startswith("headword/0.")
    assert agent.endswith(" (mailto:a@example.org)")


def test_redirects_are_followed_and_secrets_stay_at_home(serve, wire) -> None:
    away = serve(lambda asked: Reply(b"there"))
    home = serve(lambda asked: Reply(b"", 302, headers={"Location": f"{away.url}/x"}))
    assert read(wire, home.url, secret={"Authorization": "token"}) == b"there"
    assert home.asked[0].headers["authorization"] == "token"
    assert "authorization" not in away.asked[0].headers


def test_a_redirect_within_the_host_keeps_them(serve, wire) -> None:
    server = serve(lambda asked: Reply(b"x") if asked.path == "/b" else Reply(b"", 307, headers={"Location": "/b"}))
    assert read(wire, f"{server.url}/a", secret={"Authorization": "token"}) == b"x"
    assert server.asked[1].headers["authorization"] == "token"


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("/again", "redirected more than 5 times"),
        ("ftp://x/y", "no usable address"),
        ("http://[x", "no usable address"),
    ],
)
def test_redirects_that_lead_nowhere(serve, wire, location: str, message: str) -> None:
    server = serve(lambda asked: Reply(b"", 302, headers={"Location": location}))
    with pytest.raises(Fault, match=message):
        read(wire, server.url)


@pytest.mark.parametrize("contact", ["nobody", "", "a@b\r\nX-Odd: 1", "a b@c", "ł@c"])
def test_a_contact_is_a_mail_address(contact: str) -> None:
    with pytest.raises(RecipeError, match="a contact is a mail address"):
        Wire(contact)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "nothing", "http://", "https://a:b@host/", "http://host:port/"])
def test_only_web_addresses_are_asked(url: str) -> None:
    with pytest.raises(RecipeError, match="web address"):
        require_safe(url)


def test_secrets_need_https_or_this_machine() -> None:
    require_safe("http://localhost:8000/", secret=True)
    require_safe("https://example.org/", secret=True)
    with pytest.raises(RecipeError, match=r"not sent to example.org over http"):
        require_safe("http://example.org/", secret=True)


def test_a_proxy_of_the_environment_is_used(serve, wire, monkeypatch) -> None:
    proxy = serve(lambda asked: Reply(f"proxy for {asked.url}".encode()))
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert read(wire, "http://nowhere.invalid/x") == b"proxy for http://nowhere.invalid/x"


def test_a_proxy_gets_the_name_and_password_of_its_address(serve, wire, monkeypatch) -> None:
    proxy = serve(lambda asked: Reply(asked.headers.get("proxy-authorization", "").encode()))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", proxy.url.replace("http://", "http://me:a%40b@"))
    assert read(wire, "http://nowhere.invalid/x") == b"Basic bWU6YUBi"


def test_connections_are_kept(serve, wire) -> None:
    server = serve(lambda asked: Reply(BODY, trouble="gzip"))
    for _ in range(3):
        read(wire, server.url)
    (pool,) = wire._pools.values()
    assert pool.connection_from_url(server.url).num_connections == 1
