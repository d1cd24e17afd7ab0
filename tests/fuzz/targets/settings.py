"""Settings as TOML; the file is one that a person wrote."""

from dataclasses import fields

from voxrig.runtime.serving.settings import Settings, SettingsError, load

from ..target import Target, scratch


def check(data: bytes) -> None:
    path = scratch() / "settings.toml"
    path.write_bytes(data)
    try:
        settings = load(path)
    except SettingsError as error:
        assert str(error)
        return
    assert settings.max_sessions > 0


def seeds() -> list[bytes]:
    texts = (
        'host = "127.0.0.1"\nport = 0\nmodels = ["live"]\nmax_sessions = 4\nheard = 0.5\n',
        "tick_ms = 8\nlink = false\nlivelink = ['127.0.0.1:11111=A']\n# note\n",
        'style = """clear"""\na2f_fps = 60\n[table]\nx = 1979-05-27T07:32:00Z\n',
        "max_buffered_seconds = inf\nmax_bake_seconds = nan\nport = 0x10\n",
    )
    large = (f"tick_ms = {'7' * 400}", f"port = {'7' * 4400}", f"models = {'[' * 2000}")
    return [text.encode() for text in (*texts, *large)]


TARGET = Target(
    check,
    seeds,
    longest=6000,
    words=(*(field.name for field in fields(Settings)), " = ", '"""', "[[", "inf", "nan", "true"),
)
