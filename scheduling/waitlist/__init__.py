"""Who waits for a time, which times opened, and who fits one of them best."""
