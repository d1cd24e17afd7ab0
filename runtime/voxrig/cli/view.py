"""`voxrig view`: a talking head in the browser, until Ctrl-C."""

import asyncio
import json
import signal
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxrig.cli.access_options import AllowAnyone, AllowPlaintext, TlsCert, TlsClientCa, TlsKey, Tokens
from voxrig.cli.life_options import Blink, Body, BodyModel, Emotion, Gaze, Head, Heard, Idle, as_settings, given

if TYPE_CHECKING:
    from voxrig.runtime.serving.settings import Settings


def view(
    host: Annotated[
        str, typer.Option(help="Address to serve the page on. Browsers give the microphone to this machine's only.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port of the page; 0 takes a free one.")] = 52_080,
    grpc_port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port for other clients of the same server; 0 takes a free one.")
    ] = 0,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
    model: Annotated[
        list[str] | None,
        typer.Option(help="A shipped model by name or a bundle by its path; may be repeated, the default model first."),
    ] = None,
    style: Annotated[
        str | None,
        typer.Option(metavar="PRESET|FILE.json", help="How the character speaks at first [default: natural]."),
    ] = None,
    emotion: Emotion = None,
    heard: Heard = None,
    blink: Blink = None,
    gaze: Gaze = None,
    head: Head = None,
    idle: Idle = None,
    body: Body = None,
    body_model: BodyModel = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    tls_client_ca: TlsClientCa = None,
    tokens: Tokens = None,
    allow_anyone: AllowAnyone = None,
    allow_plaintext: AllowPlaintext = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the ready line as JSON.")] = False,
) -> None:
    """Show a talking head in the browser. Prints the page's address in one line when ready.

    For other machines, and with --tokens, that address has a secret of this start in it: who has it may use the page.
    """
    from voxrig.runtime.serving.settings import load

    life = given(emotion=emotion, heard=heard, blink=blink, gaze=gaze, head=head, idle=idle, body=body)
    flags: dict[str, Any] = {
        "host": host,
        "port": grpc_port,
        "link": False,  # the page brings its own line
        "models": tuple(model) if model else None,
        "style": style,
        "body_model": body_model,
        "tls_cert": tls_cert,
        "tls_key": tls_key,
        "tls_client_ca": tls_client_ca,
        "tokens": tokens,
        "allow_anyone": allow_anyone,
        "allow_plaintext": allow_plaintext,
        **as_settings(life),
    }
    settings = load(**flags)
    with suppress(KeyboardInterrupt):  # Ctrl-C is how it ends; the server has stopped in good order by then
        asyncio.run(_view(settings, port, open_browser, as_json))


async def _view(settings: "Settings", port: int, open_browser: bool, as_json: bool) -> None:
    from voxrig.engine_bridges.viewer import page
    from voxrig.runtime.serving.access.door import new_secret
    from voxrig.runtime.serving.access.handles import make_room
    from voxrig.runtime.serving.access.listening_rules import is_own
    from voxrig.runtime.serving.announce import software_version
    from voxrig.runtime.serving.link import converse
    from voxrig.runtime.serving.server import running
    from voxrig.runtime.serving.web import WebSocketLine, publishing

    stop = asyncio.Event()
    with suppress(NotImplementedError):  # on Windows; Ctrl-C cancels this task on every system
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    guarded = bool(settings.tokens or settings.tls_client_ca)
    make_room(settings.max_connections)
    secret = new_secret() if guarded or not (is_own(settings.host) or settings.allow_anyone) else ""
    async with running(settings, secret=secret) as server:
        access = server.access

        async def talk(line: WebSocketLine) -> None:
            known = partial(access.door.account, certificate=line.certificate)
            await converse(line, server.stage, server.pacer, server.metrics, "view", known)

        async with publishing(
            page(),
            talk,
            settings.host,
            port,
            settings.max_message_bytes,
            access.tls,
            settings.max_connections,
            settings.handshake_seconds,
        ) as web:
            url = f"{web.url}#token={secret}" if secret else web.url
            ready: dict[str, Any] = {"event": "ready", "url": url, "port": web.port, "target": server.target}
            text = f"voxrig {software_version()} shows its face on {url} (Ctrl-C stops it)"
            print(json.dumps(ready | {"version": software_version()}) if as_json else text, flush=True)
            with _opened(url, bool(secret)) if open_browser else nullcontext():
                await stop.wait()


@contextmanager
def _opened(url: str, is_secret: bool) -> Iterator[None]:
    """Open a browser, as long as that takes; a secret goes to it by a file that only this user can read.

    An address is an argument of the browser's process, and those can be seen by every user of a machine.
    """
    with tempfile.TemporaryDirectory(prefix="voxrig-view-") as folder:
        place = url
        if is_secret:
            page = Path(folder) / "open.html"
            page.write_text(
                f'<!doctype html><meta charset="utf-8"><script>location.replace({json.dumps(url)})</script>'
            )
            place = page.as_uri()
        threading.Thread(target=webbrowser.open, args=(place,), daemon=True).start()
        yield
