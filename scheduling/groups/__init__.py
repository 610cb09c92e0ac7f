"""Group sessions: several clients' appointments that are one event, each with its own attendance, note and bill."""
