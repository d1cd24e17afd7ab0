"""Whole dialogues, offline: a script in, assets out, resumable, over all cores or a cluster."""
