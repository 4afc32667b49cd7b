"""Trains within a quarter of an hour on a GPU of a machine that may have neither network nor data."""
