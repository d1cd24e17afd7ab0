"""Where a session's frames go besides to its client."""

import numpy as np
import pytest

from voxrig.runtime.serving.outlet import OutletError
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

from .client_messages import opening


class Recorder:
    """An outlet that keeps what it is given."""

    def __init__(self, options, pipeline):
        self.options = dict(options)
        self.pipeline = pipeline
        self.told = []

    def frames(self, frames):
        self.told.append([frame.index for frame in frames])
        self.values = np.stack([frame.values for frame in frames])

    def interrupted(self, frame_index):
        self.told.append(f"interrupted {frame_index}")

    def closed(self):
        self.told.append("closed")


@pytest.fixture
def recorders():
    return []


@pytest.fixture
def staged(tiny_bundle, recorders):
    def outlets(options, pipeline):
        if options.get("livelink") == "nowhere":
            raise OutletError("livelink: 'nowhere' is no HOST:PORT")
        if not options:
            return None
        recorders.append(Recorder(options, pipeline))
        return recorders[-1]

    return Stage(Settings(models=(str(tiny_bundle.path),)), outlets=outlets)


def test_an_outlet_gets_its_options_and_every_frame_that_the_client_gets(character, staged, recorders, speech):
    one = character(on=staged, character="Mira", vmc="127.0.0.1:39539", jaw="1.2")
    values = one.say(0, speech(0.5, 24000))
    one.session.receive(pb.ClientMessage(interrupt=pb.Interrupt(at_sample=4000)))
    one.session.receive(pb.ClientMessage(close=pb.CloseSession()))
    [recorder] = recorders
    assert recorder.options == {"character": "Mira", "vmc": "127.0.0.1:39539"}
    assert recorder.pipeline.profile.name == "arkit"
    before, after = recorder.told[: recorder.told.index("interrupted 10")], recorder.told[-2:]
    assert [index for frames in before for index in frames] == list(range(len(values)))
    assert after == [list(range(10, 18)), "closed"]


def test_a_session_that_names_nothing_may_have_none(character, staged, recorders, speech):
    assert len(character(on=staged).say(0, speech(0.3, 24000))) > 0
    assert recorders == []


def test_an_outlet_that_cannot_be_refuses_the_session_and_takes_no_place(character, staged):
    refused = character(on=staged, livelink="nowhere").answer.error
    assert (refused.code, refused.message) == (3, "livelink: 'nowhere' is no HOST:PORT")
    assert staged.sessions == 0


def test_a_server_without_outlets_says_so(character, stage):
    assert character(character="Mira").answer.HasField("opened")
    refused = character(livelink="127.0.0.1:11111").answer.error
    assert (refused.code, refused.session_closed) == (3, True)
    assert "sends to no other targets" in refused.message


def test_a_lost_session_closes_its_outlet(character, staged, recorders):
    one = character(on=staged, character="Mira")
    one.session.release()
    one.session.release()
    assert recorders[0].told == ["closed"]


def test_a_bake_moves_nobodys_face(staged, recorders):
    opened = opening(options={"livelink": "127.0.0.1:11111"}).open
    assert staged.open(opened, live=False).outlet is None
    assert recorders == []
    assert staged.open(opened).outlet is recorders[0]


def test_an_outlet_that_fails_at_the_end_leaves_the_place_free(
    character, staged, recorders, speech, monkeypatch, caplog
):
    """A failing session is ended amid a tick, which is everybody's."""
    one = character(on=staged, character="Mira")

    def broken():
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(recorders[0], "closed", broken)
    one.say(0, speech(0.2, 24000))
    [answer] = one.session.fail()
    assert (answer.error.code, answer.error.session_closed) == (13, True)
    assert staged.sessions == 0
    one.session.release()
    assert staged.sessions == 0
    assert "ending an outlet failed" in caplog.text
