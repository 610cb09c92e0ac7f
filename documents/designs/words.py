"""What kinds of questions are called."""

from documents.definitions import Kind

KINDS = {
    Kind.SHORT: "Line of text",
    Kind.LONG: "Paragraphs",
    Kind.ONE: "One choice",
    Kind.MANY: "Several choices",
    Kind.SCALE: "Scale",
    Kind.NUMBER: "Number",
    Kind.DATE: "Date",
    Kind.TIME: "Time",
    Kind.DIAGNOSIS: "Diagnoses",
    Kind.ITEMS: "List of entries",
    Kind.GOALS: "Goals of the plan",
}
# Asked on a form of its own: not a kind, but a list with questions that are there from the start.
MEDICINES = "medicines"
