"""What the one who listens to a line is told: nods, blinks and a mirrored mood, at the speaker's pauses.

Only the speaker's voice and what the listener feels go in: nothing of the speaker's face or seed, and so nothing of
one character's take leaks into another's.
"""

import numpy as np

from voxrig.baking.job import Job
from voxrig.engine_bridges.readers.sound_file import Sound
from voxrig.runtime.animation.affect.listener import listener_cues
from voxrig.runtime.animation.affect.personality import Personality
from voxrig.runtime.animation.heard_track import heard_rows
from voxrig.runtime.core.clip import TimedCue
from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models.spec import ModelSpec


def listener_tags(job: Job, sound: Sound, spec: ModelSpec) -> tuple[TimedCue, ...]:
    """Return the cues of the one who listens to a sound.

    Args:
        job: the listener's: whose personality and seed it is, and what they feel.
        sound: the speaker's.
        spec: of the model, which says how a voice is heard.
    """
    poses = -(-len(sound.samples) * STEP_RATE // sound.rate)
    prosody = np.concatenate([rows.prosody for rows in heard_rows(sound.samples, sound.rate, spec, poses)])[:poses]
    personality = Personality(**{trait: float(value) for trait, value in job.sheet.personality.items()})
    cues = listener_cues(prosody, job.feeling, personality, job.seed)
    return tuple(TimedCue(cue.seconds, cue.name, cue.values) for cue in cues)
