"""Trains mvp-mini: every step is a module of its own, `python -m mvp_train.<step>`."""
