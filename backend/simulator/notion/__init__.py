"""A second Notion: consent, tokens, search over pages and databases."""
