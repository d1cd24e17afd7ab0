"""Settings: defaults, then a TOML file, then flags; whatever is wrong is told by name."""

import pytest

from voxrig.runtime.serving.settings import Settings, SettingsError, load


def test_flags_come_over_the_file_and_the_file_over_defaults(tmp_path):
    file = tmp_path / "server.toml"
    file.write_text('host = "0.0.0.0"\nport = 6000\nmodels = ["fast"]\nmax_buffered_seconds = 5\n')
    settings = load(file, port=7000, host=None, max_sessions=3)
    assert settings == Settings("0.0.0.0", 7000, ("fast",), max_sessions=3, max_buffered_seconds=5.0)
    assert load() == Settings()
    assert settings.model_names == ("fast",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prot = 1", r"'prot'; there are host, port"),
        ('port = "52000"', "port is '52000'; it must be of type int"),
        ("port = true", "port is True"),
        ("port = 65536", "port 65536 is outside"),
        ("models = 'live'", "a list of strings"),
        ("models = [1]", "a list of strings"),
        ("style = 3", "style is 3; it must be of type str"),
        ("blink = 'off'", "blink is 'off'; it must be of type bool"),
        ("emotion = false", "emotion is False; it must be of type str"),
        ("heard = 'much'", "heard is 'much'; it must be of type float"),
        ("max_sessions = 0", "max_sessions is 0"),
        ("max_buffered_seconds = -1.5", "max_buffered_seconds is -1.5"),
        ("max_bake_seconds = nan", "max_bake_seconds is nan"),
        ("max_message_bytes = 1000", "more than max_chunk_bytes"),
        ("host = ''", "host is empty"),
        ("port =", "is not TOML"),
    ],
)
def test_wrong_settings_are_told(tmp_path, text, message):
    file = tmp_path / "server.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=message):
        load(file)


def test_a_life_is_told_in_the_words_of_options(tmp_path):
    everything = {"emotion": "auto", "blink": "on", "gaze": "on", "head": "on", "idle": "on", "body": "off"}
    assert load().life == everything
    file = tmp_path / "server.toml"
    file.write_text('emotion = "joy=0.3"\nheard = 1\nblink = false\n')
    assert load(file).life == everything | {"emotion": "joy=0.3", "heard": "1.0", "blink": "off"}
    assert load(file, blink=True, heard=0.5).life == everything | {"emotion": "joy=0.3", "heard": "0.5"}


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read"):
        load(tmp_path / "nowhere.toml")
    with pytest.raises(SettingsError, match="'prot'"):
        load(prot=1)


def test_the_default_model_comes_first(monkeypatch, tmp_path):
    from voxrig.runtime.models import bundle

    monkeypatch.setattr(bundle, "SHIPPED_FOLDER", tmp_path)
    with pytest.raises(SettingsError, match="without bundles"):
        _ = Settings().model_names
    for name in ("fast", "live", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / bundle.MANIFEST_FILE).touch()
    assert Settings().model_names == ("live", "fast", "other")
