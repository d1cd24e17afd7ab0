"""Several processes as one guarded server, and the command that makes its tokens."""

import asyncio
import http.client
import json
import sys
from contextlib import closing

import psutil
import pytest

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.wire import ConnectionLostError
from voxrig.runtime.serving.access.tokens import digest, read_tokens

COMMAND = (sys.executable, "-m", "voxrig.cli.app")


def told(port, **headers):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as asking:
        asking.request("GET", "/metrics", headers=headers)
        answer = asking.getresponse()
        return answer.status, answer.read().decode()


async def run(*words, code=0):
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == code, err.decode()
    return out.decode().strip(), err.decode()


async def test_a_token_is_made_once_and_taken_back(tmp_path):
    file = tmp_path / "tokens.toml"
    secret, err = await run("token", "a", "--file", str(file), "--max-sessions", "3")
    assert "shown this once" in err
    assert secret not in file.read_text() + err
    [made] = read_tokens(file.read_bytes())
    assert (made.name, made.digest, made.max_sessions, made.max_connections) == ("a", digest(secret), 3, None)
    other, _ = await run("token", "b", "--file", str(file))
    assert other != secret
    _, err = await run("token", "a", "--file", str(file), code=1)
    assert "the same name" in err
    await run("token", "a", "--file", str(file), "--remove")
    assert [token.name for token in read_tokens(file.read_bytes())] == ["b"]
    assert [path.name for path in tmp_path.iterdir()] == ["tokens.toml"], "nothing is left beside it"
    printed, err = await run("token", "c")
    [entry] = read_tokens(err.encode())
    assert (entry.name, entry.digest) == ("c", digest(printed))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to end it with")
async def test_every_process_asks_for_a_token_and_their_own_pages_are_for_their_parent(tmp_path, tiny_bundle):
    file = tmp_path / "tokens.toml"
    secret, _ = await run("token", "studio", "--file", str(file))
    words = ("serve", "--json", "--port", "0", "--processes", "2", "--ports", "own", "--metrics-port", "0")
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *words, "--tokens", str(file), "--model", str(tiny_bundle.path), stdout=asyncio.subprocess.PIPE
    )
    try:
        ready = json.loads(await process.stdout.readline())
        for target in ready["targets"]:
            with pytest.raises(ConnectionLostError, match="token"):
                async with connect(target, resume_seconds=0):
                    pass
            async with connect(target, token=secret, resume_seconds=0) as connection:
                assert (await connection.describe()).version
        assert (await asyncio.to_thread(told, ready["metrics_port"]))[0] == 401
        status, text = await asyncio.to_thread(told, ready["metrics_port"], Authorization=f"Bearer {secret}")
        assert status == 200
        assert all(f'voxrig_sessions{{process="{number}"' in text for number in range(2))
        known = {
            ready["metrics_port"],
            *ready["link_ports"],
            *(int(one.rpartition(":")[2]) for one in ready["targets"]),
        }
        pages = [
            one.laddr
            for pid in ready["pids"]
            for one in psutil.Process(pid).net_connections("tcp")
            if one.status == psutil.CONN_LISTEN and one.laddr.port not in known
        ]
        assert len(pages) == 2
        for page in pages:
            assert page.ip == "127.0.0.1"
            for shown in ({}, {"Authorization": f"Bearer {secret}"}):
                assert (await asyncio.to_thread(told, page.port, **shown))[0] == 401
        words = [psutil.Process(pid).cmdline() + list(psutil.Process(pid).environ().values()) for pid in ready["pids"]]
        assert not any("vox_" in word for one in words for word in one), "no secret is in an argument or a variable"
    finally:
        process.terminate()
        await process.wait()


async def test_a_profile_shows_its_token_on_every_transport_and_keeps_it_to_itself(tmp_path, serve, tokens):
    secret, file = "profile-secret-0123456789", tmp_path / "profile.token"
    tokens.write(load=secret)
    file.write_text(f"{secret}\n")
    async with serve(tokens=str(tokens.path), max_load=0.0) as server:
        where = ("--target", server.target, "--link-target", server.link_target)
        words = ("profile", *where, "--sessions", "1", "--seconds", "0.5", "--transport", "grpc,link,a2f")
        out, err = await run(*words, "--token-file", str(file), "--json", str(tmp_path / "out.json"))
        record = (tmp_path / "out.json").read_text()
        assert [one["frames"] > 0 for one in json.loads(record)["runs"]] == [True] * 3
        assert secret not in out + err + record
        _, err = await run(*words, code=1)
        assert server.target in err
        assert "token" in err, "of two reasons this is one"
