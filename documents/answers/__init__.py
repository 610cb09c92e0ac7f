"""What was entered in a form: from what a browser posts to clean values, what is missing, and what it reads like."""

from documents.answers.checking import Problem, answers_show_risk, problems
from documents.answers.cleaning import Answers, clean
from documents.answers.reading import Entry, Line, Part, read, to_text

__all__ = [
    "Answers",
    "Entry",
    "Line",
    "Part",
    "Problem",
    "answers_show_risk",
    "clean",
    "problems",
    "read",
    "to_text",
]
