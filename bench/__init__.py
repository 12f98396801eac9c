"""Measurements beside a named peer in one run; `python -m bench --help`. Never asserted in a timed test."""
