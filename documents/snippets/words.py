"""What stands for the client in a kept text: `{client} says {they} {is} tired` becomes `Ada says she is tired`."""

from clients.models import Client

THEY = {
    "they": "they", "them": "them", "their": "their", "theirs": "theirs", "themself": "themself", "is": "are",
    "was": "were", "has": "have", "does": "do",
}  # fmt: skip
SHE = {
    "they": "she", "them": "her", "their": "her", "theirs": "hers", "themself": "herself", "is": "is", "was": "was",
    "has": "has", "does": "does",
}  # fmt: skip
HE = {
    "they": "he", "them": "him", "their": "his", "theirs": "his", "themself": "himself", "is": "is", "was": "was",
    "has": "has", "does": "does",
}  # fmt: skip
PLACES = ("client", *THEY)


def words_for(client: Client) -> dict[str, str]:
    """The words for this client, by place. Pronouns of another form, or none, read as they."""
    first = client.pronouns.strip().lower().split("/")[0].strip()
    said = {"she": SHE, "her": SHE, "he": HE, "him": HE}.get(first, THEY)
    return {"client": client.preferred_name or client.first_name, **said}
