"""How much the booking page bears from one place: counted in the database, so that all processes count together."""

from accounts.services.limits import Limit

# A household or an office may share an address.
LOOKS_BY_ADDRESS = Limit("look for times on the booking page by address", 200, 15)
REQUESTS_BY_ADDRESS = Limit("ask for a time by address", 5, 60)
# To whom mails go: nobody is sent many because others type their address.
REQUESTS_BY_EMAIL = Limit("ask for a time by e-mail", 3, 24 * 60)
REQUESTS_BY_ALL = Limit("ask for a time, everybody together", 60, 60)
