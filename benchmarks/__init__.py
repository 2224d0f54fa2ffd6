"""Measurements: headword beside other systems, in quality and in time. See README.md here."""
