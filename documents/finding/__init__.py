"""Finding words in the texts of one chart. Texts are sealed in the database, so they are opened and searched here."""
