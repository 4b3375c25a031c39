"""Graphs that other tools wrote in BloodHound's OpenGraph form."""
