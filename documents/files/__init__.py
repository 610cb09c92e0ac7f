"""Files of a chart: what was scanned, photographed or typed off paper, by kind and with every version.

What comes in is read by its content: pictures are drawn anew, PDFs are looked through and drawn once, nothing else is
taken. It is sealed with the client's key and kept through Django's storage; what is shown of it are pictures drawn by
the server, so nothing that came in ever runs in anybody's browser.
"""
