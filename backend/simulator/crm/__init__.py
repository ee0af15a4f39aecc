"""The CRM endpoints: parse, check, look up, answer."""
