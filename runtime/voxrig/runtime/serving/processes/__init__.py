"""Several processes as one server: a parent that starts, watches and stops them, and what they say to each other."""
