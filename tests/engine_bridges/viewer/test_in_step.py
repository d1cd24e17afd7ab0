"""Face and voice on the page: the frames are those of any other client, and are shown with the sound they belong to."""

import csv
import io
import wave

import numpy as np
import pytest
from viewing import SAMPLES

from voxrig.engine_bridges.blocking import connect

RATE, SEED, FPS = 24_000, 7, 60
SIZE = (420, 360, 0.25)
"""Of the page: few pixels, as there is no graphics card here."""
FRAME = RATE / FPS
JAW = 17


@pytest.fixture(scope="module")
def performance(browser, viewing):
    """A clip played on the page and recorded from the first sample of a session on: what a user would download, each
    pose that was shown. The head itself is not drawn: without a graphics card that would take all there is.
    """
    page = browser.open(f"{viewing.url}?rate={RATE}&seed={SEED}", *SIZE)
    page.until("window.voxrig?.performer.state === 'live' && voxrig.history.count > 3", 60)
    page.evaluate("voxrig.stage.render = () => {}")
    page.until("voxrig.latency.journeys().length > 200 && voxrig.performer.lead < 0.6", 60)  # it has settled
    page.evaluate("document.getElementById('record').click(), voxrig.reopen()")
    page.until("voxrig.performer.state === 'live' && voxrig.performer.session.next > 0")
    page.evaluate("window.first = voxrig.history.count")
    page.files("#sound", SAMPLES / "healer.wav")
    page.until("voxrig.voice.state === 'clip'")
    start, lead = page.evaluate("[voxrig.voice.firstFrame, voxrig.performer.lead]")
    page.until("voxrig.voice.state === 'idle'", 40)
    page.evaluate("document.getElementById('record').click()")
    page.until("document.querySelectorAll('#takes a').length >= 2")
    read = "fetch(document.querySelectorAll('#takes a')[%d].href).then(a => a.%s())"
    sound = page.evaluate(read % (1, "arrayBuffer") + ".then(b => Array.from(new Uint8Array(b)))")
    yield {
        "curves": page.evaluate(read % (0, "text")),
        "sound": bytes(sound),
        "shown": np.array(page.evaluate(f"voxrig.history.rows(window.first, {JAW})")),
        "clip": page.evaluate("Array.from(voxrig.voice.clip.samples)"),
        "start": start,
        "lead": lead,
        "errors": page.errors,
    }
    page.close()


@pytest.fixture(scope="module")
def samples(performance):
    with wave.open(io.BytesIO(performance["sound"])) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


@pytest.fixture(scope="module")
def frames(samples, viewing):
    """Those of the Python client, for the samples that the page sent: float32 [frames, 61]."""
    with connect(viewing.target) as connection:
        session = connection.open("arkit", RATE, seed=SEED)
        session.send(samples)
        session.close()
        return np.stack([frame.values for frame in session])


def test_the_page_sent_the_clip_and_silence(performance, samples):
    clip = np.floor(np.array(performance["clip"]) * 32768 + 0.5).astype(np.int16)
    start = int(np.flatnonzero(samples)[0] - np.flatnonzero(clip)[0])
    np.testing.assert_array_equal(samples[start : start + len(clip)], clip)
    assert not samples[:start].any()


def test_the_recorded_curves_are_the_python_clients_frames(performance, frames):
    header, *rows = csv.reader(io.StringIO(performance["curves"]))
    assert header[:3] == ["Timecode", "BlendshapeCount", "EyeBlinkLeft"]
    assert rows[61][0] == "00:00:01:01.000"
    values = np.array([row[2:] for row in rows], float)
    assert len(values) > 7.65 * FPS
    np.testing.assert_allclose(values, frames[: len(values)], atol=1e-9)


def test_what_is_shown_is_the_frame_of_the_audible_sample(performance, frames):
    jaw = frames[:, JAW]
    _, media, audible, values = performance["shown"].T
    inside = (media > FRAME) & (audible > FRAME) & (media < (len(jaw) - 2) * FRAME)
    media, audible, values = media[inside], audible[inside], values[inside]
    assert len(values) > 30
    assert np.ptp(values) > 0.2, "the mouth moved"
    assert np.mean(np.abs(media - audible) < FRAME) > 0.98
    at = np.arange(len(jaw)) * FRAME
    exact = np.abs(np.interp(media, at, jaw) - values) < 1e-5
    assert exact.mean() > 0.9, "but for frames that came late on a busy machine"
    lags = np.arange(-6, 6.01, 0.25)
    misses = [np.mean((np.interp(audible + lag * FRAME, at, jaw) - values) ** 2) for lag in lags]
    assert abs(lags[int(np.argmin(misses))]) <= 1.0


def test_no_errors(performance):
    assert performance["errors"] == []
