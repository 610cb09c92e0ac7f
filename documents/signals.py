"""What happened to a document, for the apps above. Sent inside the verb's transaction, with `document` and `actor`."""

from django.dispatch import Signal

# Final: by the author alone, or by author and co-signer where one is required.
document_signed = Signal()
