"""The page in a real browser against a real `voxrig view`: it speaks, listens, obeys, and tells what goes wrong."""

import base64

import pytest
from viewing import SAMPLES, start_viewing

RATE, SEED = 24_000, 7
SIZE = (420, 360, 0.25)
"""Of the page: few pixels, as there is no graphics card here."""
LIVE = "window.voxrig?.performer.state === 'live' && voxrig.history.count > 3"

TO_BASE64 = "b => btoa(Array.from(new Uint8Array(b), c => String.fromCharCode(c)).join(''))"
BLINK = "Math.max(...voxrig.takes.recorder.rows.map(row => row[0]))"


@pytest.fixture(scope="module")
def page(browser, viewing):
    """The page, live; small, because the picture is drawn without a graphics card here."""
    page = browser.open(f"{viewing.url}?rate={RATE}&seed={SEED}", *SIZE)
    page.until(LIVE, 60)
    yield page
    page.close()


def shown(page, name):
    return page.evaluate(f"voxrig.performer.pose[voxrig.performer.session.opened.controls.indexOf('{name}')]")


def until_shown(page, condition, seconds=20):
    """Wait until `condition` holds for the pose: `pose("JawOpen") > 0.1`."""
    pose = "(name => voxrig.performer.pose[voxrig.performer.session.opened.controls.indexOf(name)])"
    page.until(f"(pose => {condition})({pose})", seconds)


def click(page, selector):
    page.evaluate(f"document.querySelector('{selector}').click()")


def play(page, name):
    page.files("#sound", SAMPLES / f"{name}.wav")
    page.until(f"voxrig.voice.clip?.name === '{name}.wav' && voxrig.voice.state === 'clip'")


def until_silent(page):
    page.until("voxrig.voice.state === 'idle'", 40)


def notices(page):
    return page.evaluate("document.getElementById('notices').innerText")


def test_it_connects_and_the_face_lives_in_silence(page):
    assert page.evaluate("document.title") == "Voxrig"
    assert page.evaluate("document.getElementById('status').innerText") == "Live"
    assert "model live" in page.evaluate("document.getElementById('facts').textContent")
    assert page.evaluate("document.getElementById('seed').value") == str(SEED)
    first = page.evaluate("[...voxrig.performer.pose]")
    page.until("voxrig.performer.buffer.counts.pushed > 60")
    until_shown(page, f"Math.abs(pose('HeadYaw') - {first[52]}) > 0.001")
    assert first[17] < 0.1, "the mouth rests"


def test_a_blink_at_the_press_of_a_key(page):
    """It may fall between two pictures on a slow machine: looked for in the frames that come."""
    page.evaluate("document.getElementById('layer-gaze').click()")  # no shift of gaze brings a blink of its own
    page.until(LIVE)
    page.evaluate("voxrig.performer.cue('blink', { allow: 0 }), voxrig.takes.recorder.start()")
    page.until("voxrig.takes.recorder.seconds > 1")
    assert page.evaluate(f"{BLINK} < 0.3")
    page.evaluate("voxrig.takes.recorder.start()")
    page.key("b", "KeyB", "b")
    page.until(f"voxrig.takes.recorder.seconds > 1 && {BLINK} > 0.9")
    page.evaluate("voxrig.takes.recorder.stop(), document.getElementById('layer-gaze').click()")
    page.until(LIVE)


def test_emotion_sliders_move_the_face(page):
    click(page, "#neutral")
    until_shown(page, "pose('MouthSmileLeft') < 0.1")
    slider = "document.getElementById('emotion-joy')"
    page.evaluate(f"{slider}.value = 1; {slider}.dispatchEvent(new Event('input'))")
    until_shown(page, "pose('MouthSmileLeft') > 0.3")
    assert page.evaluate("document.querySelector('label[for=emotion-joy] ~ output').textContent") == "1"
    click(page, "#automatic")
    until_shown(page, "pose('MouthSmileLeft') < 0.15")
    assert page.evaluate(f"{slider}.value") == "0"


def test_it_looks_at_the_mouse_until_told_not_to(page):
    click(page, "#look")
    for share, sign in ((0.95, 1), (0.05, -1)):  # the right of the picture is to the character's left: positive yaw
        x, y = page.call("s => [innerWidth * s, document.getElementById('stage').clientHeight * 0.3]", share)
        page.mouse("mouseMoved", x, y)
        until_shown(page, f"{sign} * (pose('HeadYaw') + pose('LeftEyeYaw')) > 0.1")
    click(page, "#look")
    assert page.evaluate("voxrig.attention.isLooking") is False


def test_a_gesture_is_answered_plainly(page):
    click(page, "#gestures button")
    page.until("/The server says: .*gesture/.test(document.getElementById('gesture-answer').textContent)")
    assert page.evaluate("voxrig.performer.state") == "live"


def test_the_microphone_moves_the_mouth(page):
    click(page, "#microphone")
    page.until("voxrig.voice.state === 'microphone'")
    assert page.evaluate("document.getElementById('microphone').getAttribute('aria-pressed')") == "true"
    until_shown(page, "pose('JawOpen') > 0.15")
    click(page, "#microphone")
    assert page.evaluate("voxrig.voice.state") == "idle"
    until_shown(page, "pose('JawOpen') < 0.05")


def test_a_refused_microphone_is_told(page):
    page.evaluate(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    click(page, "#microphone")
    page.until("/allow it in the address bar/.test(document.getElementById('notices').textContent)")
    assert page.evaluate("delete navigator.mediaDevices.getUserMedia && voxrig.voice.state") == "idle"


def test_interrupted_the_mouth_rests_and_the_session_goes_on(page):
    play(page, "healer")
    until_shown(page, "pose('JawOpen') > 0.15")
    page.key("Escape", "Escape")
    assert page.evaluate("voxrig.voice.state") == "idle"
    page.until("voxrig.performer.buffer.counts.superseded > 0 || voxrig.performer.shown.media > 0")
    until_shown(page, "pose('JawOpen') < 0.05")
    pushed = page.evaluate("voxrig.performer.buffer.counts.pushed")
    page.until(f"voxrig.performer.buffer.counts.pushed > {pushed + 30}")
    assert "expects" not in notices(page), "no audio was refused"
    play(page, "healer")
    until_shown(page, "pose('JawOpen') > 0.15")
    click(page, "#play")
    until_silent(page)


def test_a_file_that_is_no_sound_is_told(page, tmp_path):
    file = tmp_path / "notes.wav"
    file.write_text("not a sound")
    page.files("#sound", file)
    page.until(
        "/notes.wav is no sound that this browser can read/.test(document.getElementById('notices').textContent)"
    )


def test_style_layers_and_seed_open_the_session_again(page):
    before = page.evaluate("voxrig.performer.session.number")
    page.evaluate("(s => { s.value = 'theatrical'; s.onchange(); })(document.getElementById('style'))")
    page.until(f"voxrig.performer.session?.number > {before} && {LIVE}")
    click(page, "#layer-blink")
    page.until(f"voxrig.performer.session?.number > {before + 1} && {LIVE}")
    assert page.evaluate("voxrig.character.opening") == {
        "seed": SEED,
        "options": {"style": "theatrical", "blink": "off"},
    }
    click(page, "#draw")
    page.until(f"voxrig.performer.session?.number > {before + 2} && {LIVE}")
    assert page.evaluate("document.getElementById('seed').value") not in ("", "0", str(SEED))
    page.evaluate("(s => { s.value = '12x'; s.onchange(); })(document.getElementById('seed'))")
    assert "A seed is a whole number" in notices(page)
    assert page.evaluate("voxrig.performer.session.number") == before + 3
    for selector, value in (("#style", ""), ("#seed", str(SEED))):
        page.call("(q, v) => { const e = document.querySelector(q); e.value = v; e.onchange(); }", selector, value)
    click(page, "#layer-blink")
    page.until(f"voxrig.performer.session?.number > {before + 5} && {LIVE}")


def test_an_avatar_of_ones_own(page, tmp_path):
    broken = tmp_path / "broken.glb"
    broken.write_bytes(b"glTF, but not really")
    page.files("#avatar", broken)
    page.until("/broken.glb cannot be shown/.test(document.getElementById('avatar-answer').textContent)")
    head = page.evaluate(f"fetch('/stage/head.glb').then(a => a.arrayBuffer()).then({TO_BASE64})")
    own = tmp_path / "own.glb"
    own.write_bytes(base64.b64decode(head))
    page.files("#avatar", own)
    page.until("/own.glb: \\d+ shapes and bones move/.test(document.getElementById('avatar-answer').textContent)")
    click(page, "#own")
    assert page.evaluate("document.getElementById('own').disabled") is True


def test_a_take_can_be_downloaded(page):
    pictures = page.evaluate("voxrig.history.count")
    click(page, "#record")
    page.until(f"voxrig.takes.recorder.seconds > 1 && voxrig.history.count > {pictures + 10}")
    click(page, "#record")
    page.until("document.querySelectorAll('#takes a').length === 3")
    assert page.evaluate("[...document.querySelectorAll('#takes a')].map(a => a.download)") == [
        "voxrig-take-1.csv",
        "voxrig-take-1.wav",
        "voxrig-take-1.webm",
    ]
    reading = "fetch(document.querySelectorAll('#takes a')[%d].href).then(a => a.blob()).then(b => [b.type, b.size])"
    (_, curves), (_, sound), (film, size) = (page.evaluate(reading % n) for n in range(3))
    assert curves > 40 * 61 * 12
    assert sound > 44 + 0.7 * 2 * RATE
    assert (film, size > 1000) == ("video/webm", True)


def test_plots_and_figures_are_filled(page):
    page.until("document.querySelectorAll('#figures dd').length >= 10")
    names = page.evaluate("[...document.querySelectorAll('#figures dt')].map(one => one.textContent)")
    texts = page.evaluate("[...document.querySelectorAll('#figures dd')].map(one => one.textContent)")
    figures = dict(zip(names, texts, strict=True))
    assert {"first frame", "per frame", "round trip", "A/V offset", "held", "late"} <= set(figures)
    assert figures["round trip"].endswith(" ms")
    assert page.evaluate("voxrig.curves.picked") == ["JawOpen", "MouthClose", "MouthPucker", "EyeBlinkLeft", "HeadYaw"]
    page.call("(q, v) => { const e = document.querySelector(q); e.value = v; e.onchange(); }", "#add", "BrowInnerUp")
    click(page, ".chip")
    assert page.evaluate("voxrig.curves.picked")[0] == "MouthClose"
    assert page.evaluate("voxrig.curves.picked")[-1] == "BrowInnerUp"


def test_it_fits_a_telephone(page):
    page.resize(390, 844)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert page.evaluate("[...document.querySelectorAll('button')].every(b => b.textContent.trim() || b.title)")
    page.resize(*SIZE)


def test_the_face_lives_also_while_the_browser_gives_no_sound(page):
    """As before the first click: the page's own clock keeps time, and hands over to that of the sound."""
    for change, running in (("suspend", False), ("resume", True)):
        page.evaluate(f"voxrig.sound.context.{change}()")
        page.until(f"voxrig.sound.isRunning === {str(running).lower()}")
        pushed, media = page.evaluate("[voxrig.performer.buffer.counts.pushed, voxrig.performer.shown.media]")
        page.until(f"voxrig.performer.buffer.counts.pushed > {pushed + 60}")
        page.until(f"voxrig.performer.shown.media > {media + RATE / 2}")
    assert "expects" not in notices(page), "no audio was refused"


def test_a_refused_session_is_told(page):
    page.evaluate("voxrig.performer.open({ seed: 0, options: { style: 'shuot' } })")
    page.until("voxrig.performer.state === 'refused'")
    assert "refused" in page.evaluate("document.getElementById('status').innerText")
    assert "shuot" in notices(page)
    page.evaluate("voxrig.reopen()")
    page.until(LIVE)


def test_the_console_stayed_clean(page):
    assert page.errors == []


def test_without_webgl_the_rest_works(browser, viewing):
    page = browser.open()
    page.resize(*SIZE)
    broken = """const get = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return kind.startsWith("webgl") ? null : get.call(this, kind, ...rest);
        };"""
    page.command("Page.addScriptToEvaluateOnNewDocument", source=broken)
    page.go(viewing.url)
    page.until(LIVE, 60)
    assert "WebGL is off in this browser" in notices(page)
    page.close()


def test_it_connects_again_when_the_server_comes_back(browser):
    first = start_viewing()
    page = browser.open(first.url, *SIZE)
    try:
        page.until(LIVE, 60)
        first.stop()
        page.until("voxrig.performer.state === 'offline'")
        assert "connecting again" in page.evaluate("document.getElementById('status').innerText")
        assert page.evaluate("document.getElementById('play').disabled") is True
        second = start_viewing(first.port)
        try:
            page.until(LIVE, 60)
            pushed = page.evaluate("voxrig.performer.buffer.counts.pushed")
            page.until(f"voxrig.performer.buffer.counts.pushed > {pushed + 10}")
        finally:
            second.stop()
    finally:
        first.process.kill()
        page.close()
