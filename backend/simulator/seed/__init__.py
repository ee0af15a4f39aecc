"""Made-up accounts: the same on every start, of any size, with awkward records among the plain ones."""
