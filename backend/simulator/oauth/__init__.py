"""Consent, codes and tokens."""
