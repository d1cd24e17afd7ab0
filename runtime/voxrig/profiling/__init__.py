"""Measuring a server under real-time load: who speaks to it, what is measured, and how it is told."""
