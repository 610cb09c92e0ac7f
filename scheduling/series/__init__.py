"""Appointments that repeat: on which days, what stands in their way, and changing several of them at once."""
