"""A second Airtable: consent, tokens that rotate, bases and tables."""
