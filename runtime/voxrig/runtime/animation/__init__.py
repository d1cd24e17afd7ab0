"""The performance of one session, from samples to frames."""
