"""Made-up accounts: the same on every start, of any size, with unusual records among the plain ones."""
