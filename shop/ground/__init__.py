"""Everybody's floor: settings, database, clock, errors, money and jobs. Imports nothing of ours."""
