from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PerformRequest(_message.Message):
    __slots__ = ("messages",)
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[ClientMessage]
    def __init__(self, messages: _Optional[_Iterable[_Union[ClientMessage, _Mapping]]] = ...) -> None: ...

class ClientMessage(_message.Message):
    __slots__ = ("session", "open", "audio", "cue", "end_utterance", "interrupt", "close", "resume")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    CUE_FIELD_NUMBER: _ClassVar[int]
    END_UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    INTERRUPT_FIELD_NUMBER: _ClassVar[int]
    CLOSE_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    session: int
    open: OpenSession
    audio: AudioChunk
    cue: Cue
    end_utterance: EndUtterance
    interrupt: Interrupt
    close: CloseSession
    resume: ResumeSession
    def __init__(self, session: _Optional[int] = ..., open: _Optional[_Union[OpenSession, _Mapping]] = ..., audio: _Optional[_Union[AudioChunk, _Mapping]] = ..., cue: _Optional[_Union[Cue, _Mapping]] = ..., end_utterance: _Optional[_Union[EndUtterance, _Mapping]] = ..., interrupt: _Optional[_Union[Interrupt, _Mapping]] = ..., close: _Optional[_Union[CloseSession, _Mapping]] = ..., resume: _Optional[_Union[ResumeSession, _Mapping]] = ...) -> None: ...

class OpenSession(_message.Message):
    __slots__ = ("rig", "frame_rate", "audio", "seed", "look_ahead_ms", "options", "resume_window_ms", "begin")
    class OptionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    RIG_FIELD_NUMBER: _ClassVar[int]
    FRAME_RATE_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    LOOK_AHEAD_MS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    RESUME_WINDOW_MS_FIELD_NUMBER: _ClassVar[int]
    BEGIN_FIELD_NUMBER: _ClassVar[int]
    rig: str
    frame_rate: FrameRate
    audio: AudioFormat
    seed: int
    look_ahead_ms: int
    options: _containers.ScalarMap[str, str]
    resume_window_ms: int
    begin: Beginning
    def __init__(self, rig: _Optional[str] = ..., frame_rate: _Optional[_Union[FrameRate, _Mapping]] = ..., audio: _Optional[_Union[AudioFormat, _Mapping]] = ..., seed: _Optional[int] = ..., look_ahead_ms: _Optional[int] = ..., options: _Optional[_Mapping[str, str]] = ..., resume_window_ms: _Optional[int] = ..., begin: _Optional[_Union[Beginning, _Mapping]] = ...) -> None: ...

class Beginning(_message.Message):
    __slots__ = ("frame_index", "media_sample", "utterance")
    FRAME_INDEX_FIELD_NUMBER: _ClassVar[int]
    MEDIA_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    frame_index: int
    media_sample: int
    utterance: int
    def __init__(self, frame_index: _Optional[int] = ..., media_sample: _Optional[int] = ..., utterance: _Optional[int] = ...) -> None: ...

class FrameRate(_message.Message):
    __slots__ = ("numerator", "denominator")
    NUMERATOR_FIELD_NUMBER: _ClassVar[int]
    DENOMINATOR_FIELD_NUMBER: _ClassVar[int]
    numerator: int
    denominator: int
    def __init__(self, numerator: _Optional[int] = ..., denominator: _Optional[int] = ...) -> None: ...

class AudioFormat(_message.Message):
    __slots__ = ("encoding", "sample_rate", "channels")
    class Encoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ENCODING_UNSPECIFIED: _ClassVar[AudioFormat.Encoding]
        S16LE: _ClassVar[AudioFormat.Encoding]
        F32LE: _ClassVar[AudioFormat.Encoding]
    ENCODING_UNSPECIFIED: AudioFormat.Encoding
    S16LE: AudioFormat.Encoding
    F32LE: AudioFormat.Encoding
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATE_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    encoding: AudioFormat.Encoding
    sample_rate: int
    channels: int
    def __init__(self, encoding: _Optional[_Union[AudioFormat.Encoding, str]] = ..., sample_rate: _Optional[int] = ..., channels: _Optional[int] = ...) -> None: ...

class AudioChunk(_message.Message):
    __slots__ = ("first_sample", "samples")
    FIRST_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    first_sample: int
    samples: bytes
    def __init__(self, first_sample: _Optional[int] = ..., samples: _Optional[bytes] = ...) -> None: ...

class Cue(_message.Message):
    __slots__ = ("media_sample", "name", "values")
    class ValuesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    MEDIA_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    media_sample: int
    name: str
    values: _containers.ScalarMap[str, float]
    def __init__(self, media_sample: _Optional[int] = ..., name: _Optional[str] = ..., values: _Optional[_Mapping[str, float]] = ...) -> None: ...

class EndUtterance(_message.Message):
    __slots__ = ("tail_samples",)
    TAIL_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    tail_samples: int
    def __init__(self, tail_samples: _Optional[int] = ...) -> None: ...

class Interrupt(_message.Message):
    __slots__ = ("at_sample",)
    AT_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    at_sample: int
    def __init__(self, at_sample: _Optional[int] = ...) -> None: ...

class CloseSession(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ResumeSession(_message.Message):
    __slots__ = ("id", "received")
    ID_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_FIELD_NUMBER: _ClassVar[int]
    id: str
    received: int
    def __init__(self, id: _Optional[str] = ..., received: _Optional[int] = ...) -> None: ...

class PerformResponse(_message.Message):
    __slots__ = ("messages",)
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[ServerMessage]
    def __init__(self, messages: _Optional[_Iterable[_Union[ServerMessage, _Mapping]]] = ...) -> None: ...

class ServerMessage(_message.Message):
    __slots__ = ("session", "opened", "frames", "event", "error", "resumed")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    RESUMED_FIELD_NUMBER: _ClassVar[int]
    session: int
    opened: SessionOpened
    frames: Frames
    event: Event
    error: Error
    resumed: SessionResumed
    def __init__(self, session: _Optional[int] = ..., opened: _Optional[_Union[SessionOpened, _Mapping]] = ..., frames: _Optional[_Union[Frames, _Mapping]] = ..., event: _Optional[_Union[Event, _Mapping]] = ..., error: _Optional[_Union[Error, _Mapping]] = ..., resumed: _Optional[_Union[SessionResumed, _Mapping]] = ...) -> None: ...

class SessionOpened(_message.Message):
    __slots__ = ("rig", "controls", "minimum", "maximum", "bones", "stride", "frame_rate", "look_ahead", "models", "blend_samples", "sample_rate", "seed", "resume_id", "resume_window_ms")
    RIG_FIELD_NUMBER: _ClassVar[int]
    CONTROLS_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    BONES_FIELD_NUMBER: _ClassVar[int]
    STRIDE_FIELD_NUMBER: _ClassVar[int]
    FRAME_RATE_FIELD_NUMBER: _ClassVar[int]
    LOOK_AHEAD_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    BLEND_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    RESUME_ID_FIELD_NUMBER: _ClassVar[int]
    RESUME_WINDOW_MS_FIELD_NUMBER: _ClassVar[int]
    rig: str
    controls: _containers.RepeatedScalarFieldContainer[str]
    minimum: _containers.RepeatedScalarFieldContainer[float]
    maximum: _containers.RepeatedScalarFieldContainer[float]
    bones: _containers.RepeatedScalarFieldContainer[str]
    stride: int
    frame_rate: FrameRate
    look_ahead: Fraction
    models: _containers.RepeatedCompositeFieldContainer[Model]
    blend_samples: int
    sample_rate: int
    seed: int
    resume_id: str
    resume_window_ms: int
    def __init__(self, rig: _Optional[str] = ..., controls: _Optional[_Iterable[str]] = ..., minimum: _Optional[_Iterable[float]] = ..., maximum: _Optional[_Iterable[float]] = ..., bones: _Optional[_Iterable[str]] = ..., stride: _Optional[int] = ..., frame_rate: _Optional[_Union[FrameRate, _Mapping]] = ..., look_ahead: _Optional[_Union[Fraction, _Mapping]] = ..., models: _Optional[_Iterable[_Union[Model, _Mapping]]] = ..., blend_samples: _Optional[int] = ..., sample_rate: _Optional[int] = ..., seed: _Optional[int] = ..., resume_id: _Optional[str] = ..., resume_window_ms: _Optional[int] = ...) -> None: ...

class SessionResumed(_message.Message):
    __slots__ = ("taken", "next_sample")
    TAKEN_FIELD_NUMBER: _ClassVar[int]
    NEXT_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    taken: int
    next_sample: int
    def __init__(self, taken: _Optional[int] = ..., next_sample: _Optional[int] = ...) -> None: ...

class Fraction(_message.Message):
    __slots__ = ("numerator", "denominator")
    NUMERATOR_FIELD_NUMBER: _ClassVar[int]
    DENOMINATOR_FIELD_NUMBER: _ClassVar[int]
    numerator: int
    denominator: int
    def __init__(self, numerator: _Optional[int] = ..., denominator: _Optional[int] = ...) -> None: ...

class Frames(_message.Message):
    __slots__ = ("first_index", "utterance", "media_samples", "values")
    FIRST_INDEX_FIELD_NUMBER: _ClassVar[int]
    UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    MEDIA_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    first_index: int
    utterance: int
    media_samples: _containers.RepeatedScalarFieldContainer[int]
    values: bytes
    def __init__(self, first_index: _Optional[int] = ..., utterance: _Optional[int] = ..., media_samples: _Optional[_Iterable[int]] = ..., values: _Optional[bytes] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("kind", "utterance", "frame_count", "frame_index", "media_sample", "next_sample", "message", "values")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Event.Kind]
        UTTERANCE_ENDED: _ClassVar[Event.Kind]
        INTERRUPTED: _ClassVar[Event.Kind]
        CLOSED: _ClassVar[Event.Kind]
        CUE_IGNORED: _ClassVar[Event.Kind]
        CUE_LATE: _ClassVar[Event.Kind]
        VISEME: _ClassVar[Event.Kind]
        EMOTION: _ClassVar[Event.Kind]
        FRAMES_DROPPED: _ClassVar[Event.Kind]
    KIND_UNSPECIFIED: Event.Kind
    UTTERANCE_ENDED: Event.Kind
    INTERRUPTED: Event.Kind
    CLOSED: Event.Kind
    CUE_IGNORED: Event.Kind
    CUE_LATE: Event.Kind
    VISEME: Event.Kind
    EMOTION: Event.Kind
    FRAMES_DROPPED: Event.Kind
    class ValuesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    KIND_FIELD_NUMBER: _ClassVar[int]
    UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    FRAME_COUNT_FIELD_NUMBER: _ClassVar[int]
    FRAME_INDEX_FIELD_NUMBER: _ClassVar[int]
    MEDIA_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    NEXT_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    kind: Event.Kind
    utterance: int
    frame_count: int
    frame_index: int
    media_sample: int
    next_sample: int
    message: str
    values: _containers.ScalarMap[str, float]
    def __init__(self, kind: _Optional[_Union[Event.Kind, str]] = ..., utterance: _Optional[int] = ..., frame_count: _Optional[int] = ..., frame_index: _Optional[int] = ..., media_sample: _Optional[int] = ..., next_sample: _Optional[int] = ..., message: _Optional[str] = ..., values: _Optional[_Mapping[str, float]] = ...) -> None: ...

class Error(_message.Message):
    __slots__ = ("code", "message", "session_closed", "next_sample", "refused")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SESSION_CLOSED_FIELD_NUMBER: _ClassVar[int]
    NEXT_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    code: int
    message: str
    session_closed: bool
    next_sample: int
    refused: str
    def __init__(self, code: _Optional[int] = ..., message: _Optional[str] = ..., session_closed: bool = ..., next_sample: _Optional[int] = ..., refused: _Optional[str] = ...) -> None: ...

class BakeRequest(_message.Message):
    __slots__ = ("open", "samples")
    OPEN_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    open: OpenSession
    samples: bytes
    def __init__(self, open: _Optional[_Union[OpenSession, _Mapping]] = ..., samples: _Optional[bytes] = ...) -> None: ...

class BakeResponse(_message.Message):
    __slots__ = ("opened", "frames", "summary")
    OPENED_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    opened: SessionOpened
    frames: Frames
    summary: BakeSummary
    def __init__(self, opened: _Optional[_Union[SessionOpened, _Mapping]] = ..., frames: _Optional[_Union[Frames, _Mapping]] = ..., summary: _Optional[_Union[BakeSummary, _Mapping]] = ...) -> None: ...

class BakeSummary(_message.Message):
    __slots__ = ("frame_count", "sample_count", "seconds")
    FRAME_COUNT_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_COUNT_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    frame_count: int
    sample_count: int
    seconds: float
    def __init__(self, frame_count: _Optional[int] = ..., sample_count: _Optional[int] = ..., seconds: _Optional[float] = ...) -> None: ...

class DescribeRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DescribeResponse(_message.Message):
    __slots__ = ("version", "rigs", "models", "limits", "metrics")
    class MetricsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RIGS_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    version: str
    rigs: _containers.RepeatedCompositeFieldContainer[Rig]
    models: _containers.RepeatedCompositeFieldContainer[Model]
    limits: Limits
    metrics: _containers.ScalarMap[str, float]
    def __init__(self, version: _Optional[str] = ..., rigs: _Optional[_Iterable[_Union[Rig, _Mapping]]] = ..., models: _Optional[_Iterable[_Union[Model, _Mapping]]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., metrics: _Optional[_Mapping[str, float]] = ...) -> None: ...

class Rig(_message.Message):
    __slots__ = ("name", "controls", "bones")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTROLS_FIELD_NUMBER: _ClassVar[int]
    BONES_FIELD_NUMBER: _ClassVar[int]
    name: str
    controls: _containers.RepeatedScalarFieldContainer[str]
    bones: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., controls: _Optional[_Iterable[str]] = ..., bones: _Optional[_Iterable[str]] = ...) -> None: ...

class Model(_message.Message):
    __slots__ = ("name", "version", "look_ahead", "sha256", "summary", "licence", "is_default")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LOOK_AHEAD_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    LICENCE_FIELD_NUMBER: _ClassVar[int]
    IS_DEFAULT_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: str
    look_ahead: Fraction
    sha256: str
    summary: str
    licence: str
    is_default: bool
    def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ..., look_ahead: _Optional[_Union[Fraction, _Mapping]] = ..., sha256: _Optional[str] = ..., summary: _Optional[str] = ..., licence: _Optional[str] = ..., is_default: bool = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("max_sessions", "max_chunk_bytes", "max_message_bytes", "max_buffered_seconds", "max_bake_seconds", "min_sample_rate", "max_sample_rate", "interrupt_history_seconds", "max_resume_window_ms", "max_idle_seconds", "max_session_seconds")
    MAX_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_CHUNK_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_BUFFERED_SECONDS_FIELD_NUMBER: _ClassVar[int]
    MAX_BAKE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    MIN_SAMPLE_RATE_FIELD_NUMBER: _ClassVar[int]
    MAX_SAMPLE_RATE_FIELD_NUMBER: _ClassVar[int]
    INTERRUPT_HISTORY_SECONDS_FIELD_NUMBER: _ClassVar[int]
    MAX_RESUME_WINDOW_MS_FIELD_NUMBER: _ClassVar[int]
    MAX_IDLE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    MAX_SESSION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    max_sessions: int
    max_chunk_bytes: int
    max_message_bytes: int
    max_buffered_seconds: float
    max_bake_seconds: float
    min_sample_rate: int
    max_sample_rate: int
    interrupt_history_seconds: float
    max_resume_window_ms: int
    max_idle_seconds: float
    max_session_seconds: float
    def __init__(self, max_sessions: _Optional[int] = ..., max_chunk_bytes: _Optional[int] = ..., max_message_bytes: _Optional[int] = ..., max_buffered_seconds: _Optional[float] = ..., max_bake_seconds: _Optional[float] = ..., min_sample_rate: _Optional[int] = ..., max_sample_rate: _Optional[int] = ..., interrupt_history_seconds: _Optional[float] = ..., max_resume_window_ms: _Optional[int] = ..., max_idle_seconds: _Optional[float] = ..., max_session_seconds: _Optional[float] = ...) -> None: ...
