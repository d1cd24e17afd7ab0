"""Runs pylipsync on sounds, in its own environment: `python pylipsync_run.py FOLDER`, FOLDER as in `peers.py`."""

import json
import sys
import time
from pathlib import Path

import numpy as np
from pylipsync import PhonemeAnalyzer

folder = Path(sys.argv[1])
job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
audio = np.fromfile(folder / "audio.f32", "<f4")
analyzer = PhonemeAnalyzer()
names = list(analyzer.phoneme_mfccs)
rows, start, cost = [], 0, 0.0
for number, clip in enumerate([job["clips"][0], *job["clips"]]):  # the first one twice: once to warm up
    if number == 1:
        rows, start, cost = [], 0, 0.0
    samples = audio[start : start + clip["samples"]]
    begun = time.process_time()
    segments = analyzer.extract_phoneme_segments(samples, job["rate"], fps=job["fps"], return_seconds=True)
    cost += time.process_time() - begun
    shares = np.array([[phoneme.target for phoneme in segment.phonemes] for segment in segments])
    # Its segments are a little shorter than frames: a frame shows the segment that holds its time.
    starts = np.array([segment.start for segment in segments])
    at = np.searchsorted(starts, np.arange(clip["frames"]) / job["fps"], side="right") - 1
    rows.append(shares[at])
    start += clip["samples"]
np.concatenate(rows).astype("<f4").tofile(folder / "weights.f32")
(folder / "done.json").write_text(json.dumps({"names": names, "cpu_seconds": cost}), encoding="utf-8")
