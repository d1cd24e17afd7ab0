"""`voxrig doctor --target`: each step of a client's way broken for real."""

import http.server
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health, health_pb2_grpc

from voxrig.engine_bridges.blocking import connect

TOKEN = "a-secret-of-the-studio-0123456789"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("grpc_proxy", "https_proxy", "http_proxy", "VOXRIG_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def tokens(tmp_path: Path) -> str:
    path = tmp_path / "tokens.toml"
    path.write_text(f'[[token]]\nname = "studio"\nsecret = "{TOKEN}"\n')
    path.chmod(0o600)
    return str(path)


def failing(checks: dict[str, dict]) -> list[str]:
    return [name for name, one in checks.items() if not one["ok"]]


def test_a_server_that_works_from_its_name_to_its_frames(doctor, serving):
    with serving() as server:
        code, checks = doctor("--target", server.target)
    assert code == 0, checks
    assert list(checks) == [
        *("name", "connection", "protocol", "token", "version", "health", "models and sessions", "session")
    ]
    assert "60 frames of 60; beyond the look-ahead of" in checks["session"]["detail"]
    assert "tiny 1; 0 of 256 sessions" in checks["models and sessions"]["detail"]


def test_a_name_that_is_none(doctor):
    code, checks = doctor("--target", "no-such-host.invalid:52000")
    assert (code, list(checks)) == (1, ["name"])


@pytest.mark.parametrize("target", ["52000", "host", "host:", ":52000", "host:0", "host:70000", "host:x"])
def test_what_is_no_target_is_one_line(voxrig, target):
    code, _, err = voxrig("doctor", "--target", target)
    assert (code, err.count("\n")) == (1, 1)
    assert "give HOST:PORT" in err


def test_nobody_listens(doctor):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        code, checks = doctor("--target", f"127.0.0.1:{port}")
    assert (code, failing(checks)) == (1, ["connection"])
    assert f"voxrig serve --port {port}" in checks["connection"]["remedy"]


@contextmanager
def web_server() -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_a_web_server_answers_in_its_place(doctor):
    with web_server() as port:
        code, checks = doctor("--target", f"127.0.0.1:{port}")
    assert (code, failing(checks)) == (1, ["protocol"])
    assert checks["protocol"]["remedy"].startswith("give the port that `voxrig serve` says")


def test_the_engine_link_is_not_the_port_for_grpc(doctor, serving):
    with serving() as server:
        code, checks = doctor("--target", f"127.0.0.1:{server.link_port}")
    assert (code, failing(checks)) == (1, ["protocol"])
    assert "the engine link's is another" in checks["protocol"]["remedy"]


def test_another_grpc_server_is_no_voxrig(doctor):
    server = grpc.server(ThreadPoolExecutor(1))
    health_pb2_grpc.add_HealthServicer_to_server(health.HealthServicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    code, checks = doctor("--target", f"127.0.0.1:{port}")
    server.stop(None).wait()
    assert (code, failing(checks)) == (1, ["protocol"])
    assert "no Voxrig" in checks["protocol"]["detail"]


def test_a_token_missing_wrong_and_right(doctor, serving, tokens, monkeypatch):
    with serving(tokens=tokens) as server:
        code, checks = doctor("--target", server.target)
        assert (code, failing(checks)) == (1, ["token"])
        assert "none was given" in checks["token"]["detail"]
        monkeypatch.setenv("VOXRIG_TOKEN", "guessed")
        code, checks = doctor("--target", server.target)
        assert (code, failing(checks)) == (1, ["token"])
        assert "refused" in checks["token"]["detail"]
        assert "guessed" not in str(checks)
        monkeypatch.setenv("VOXRIG_TOKEN", TOKEN)
        code, checks = doctor("--target", server.target)
        assert code == 0
        assert checks["token"]["detail"] == "accepted"


def test_tls_wanted_by_one_side_only(doctor, serving, signer):
    studio = signer("studio")
    pair = studio.pair("server", "127.0.0.1")
    with serving() as server:
        code, checks = doctor("--target", server.target, "--tls")
        assert (code, failing(checks)) == (1, ["TLS"])
        assert "doesn't speak TLS" in checks["TLS"]["detail"]
    with serving(tls_cert=str(pair.cert), tls_key=str(pair.key)) as server:
        code, checks = doctor("--target", server.target)
        assert (code, failing(checks)) == (1, ["protocol"])
        assert "give --tls" in checks["protocol"]["remedy"]
        code, checks = doctor("--target", server.target, "--tls")
        assert (code, failing(checks)) == (1, ["TLS"])
        assert "signed by nobody that this machine trusts" in checks["TLS"]["detail"]
        code, checks = doctor("--target", server.target, "--tls-ca", signer("stranger").file)
        assert (code, failing(checks)) == (1, ["TLS"])
        code, checks = doctor("--target", server.target, "--tls-ca", studio.file)
        assert code == 0, checks
        assert "good for 89 days" in checks["TLS"]["detail"] or "good for 90 days" in checks["TLS"]["detail"]


@pytest.mark.parametrize(
    ("hosts", "days", "says"),
    [
        (("server.studio",), 90, "is for another name"),
        (("127.0.0.1",), -1, "is expired"),
    ],
)
def test_a_certificate_that_clients_refuse(doctor, serving, signer, hosts, days, says):
    studio = signer("studio")
    pair = studio.pair("server", *hosts, days=days)
    with serving(tls_cert=str(pair.cert), tls_key=str(pair.key)) as server:
        code, checks = doctor("--target", server.target, "--tls-ca", studio.file)
    assert (code, failing(checks)) == (1, ["TLS"])
    assert says in checks["TLS"]["detail"]


def test_a_server_reached_by_another_name_than_its_certificate_says(doctor, serving, signer):
    studio = signer("studio")
    pair = studio.pair("server", "faces.studio")
    with serving(tls_cert=str(pair.cert), tls_key=str(pair.key)) as server:
        code, checks = doctor("--target", server.target, "--tls-ca", studio.file, "--tls-name", "faces.studio")
    assert code == 0, checks


def test_a_certificate_that_expires_soon_is_a_risk(doctor, serving, signer):
    studio = signer("studio")
    pair = studio.pair("server", "127.0.0.1", days=5)
    with serving(tls_cert=str(pair.cert), tls_key=str(pair.key)) as server:
        code, checks = doctor("--target", server.target, "--tls-ca", studio.file)
    assert (code, failing(checks)) == (0, ["TLS"])
    assert checks["TLS"]["risk"]


def test_a_client_certificate_missing_strange_and_right(doctor, serving, signer):
    studio = signer("studio")
    pair, mine = studio.pair("server", "127.0.0.1"), studio.pair("render-7")
    strange = signer("stranger").pair("thief")
    guarded = {"tls_cert": str(pair.cert), "tls_key": str(pair.key), "tls_client_ca": str(studio.file)}
    with serving(**guarded) as server:
        way = ("--target", server.target, "--tls-ca", studio.file)
        code, checks = doctor(*way)
        assert (code, failing(checks)) == (1, ["TLS"])
        assert "wants a client certificate" in checks["TLS"]["detail"]
        code, checks = doctor(*way, "--tls-cert", strange.cert, "--tls-key", strange.key)
        assert (code, failing(checks)) == (1, ["TLS"])
        code, checks = doctor(*way, "--tls-cert", mine.cert, "--tls-key", strange.key)
        assert (code, failing(checks)) == (1, ["TLS"])
        assert "KEY_VALUES_MISMATCH" in checks["TLS"]["detail"]
        code, checks = doctor(*way, "--tls-cert", mine.cert, "--tls-key", mine.key)
        assert code == 0, checks


def test_a_server_without_room_refuses_the_session(doctor, serving):
    with serving(max_sessions=1) as server, connect(server.target) as connection:
        session = connection.open("arkit", 24000)
        code, checks = doctor("--target", server.target)
        session.close()
    assert (code, failing(checks)) == (1, ["models and sessions", "session"])
    assert "new sessions are refused" in checks["models and sessions"]["why"]
    assert checks["session"]["remedy"].startswith("wait, close other sessions")


def test_a_proxy_between_is_told_of_first(doctor, serving, monkeypatch):
    with serving() as server, web_server() as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy}")
        monkeypatch.setenv("no_proxy", "localhost")
        code, checks = doctor("--target", server.target)
        assert (code, failing(checks)) == (1, ["proxy", "connection"])
        assert checks["proxy"]["remedy"] == "export no_proxy=localhost,127.0.0.1"
        monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
        code, checks = doctor("--target", server.target)
        assert (code, failing(checks)) == (0, [])


@pytest.mark.skipif(os.name != "posix", reason="SO_REUSEADDR means something else there")
def test_a_server_that_never_answers_is_not_waited_for_long(doctor):
    """It takes connections and says nothing, as a hung process does."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        code, checks = doctor("--target", f"127.0.0.1:{port}")
    assert (code, failing(checks)) == (1, ["protocol"])
    assert "nothing is said" in checks["protocol"]["detail"]


def test_options_of_a_client_want_a_target(voxrig, signer):
    pair = signer("studio").pair("mine")
    for given in (("--tls",), ("--tls-ca", pair.cert), ("--target", "a:1", "--tls-key", pair.key)):
        code, _, err = voxrig("doctor", *given)
        assert (code, err.count("\n")) == (1, 1)
