"""Pages of consents: the practice's, and those that a signer sees."""
