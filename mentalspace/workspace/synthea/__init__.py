"""Import of a Synthea CSV export: read the files, map each row to the practice's tables, store what is new."""
