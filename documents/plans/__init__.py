"""Treatment plans: measured progress, its course over plans and notes, reviews, the client's signature, what is due."""

from documents.plans.progress import carried_over, goal_progress, objective_progress, open_goals

__all__ = ["carried_over", "goal_progress", "objective_progress", "open_goals"]
