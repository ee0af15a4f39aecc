"""What the simulated siblings share: consent page, client check, codes, tokens, a rolling window."""
