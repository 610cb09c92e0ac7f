"""Pages of administrators who look after forms."""
