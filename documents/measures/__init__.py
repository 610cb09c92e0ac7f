"""Standard questionnaires: what they ask, how answers are scored, their courses, and answers that need somebody.

Instruments are data that ships with the project (`instruments`). A measure is one of them answered by one client on one
day; its score is computed in one place (`scoring`) and kept with the answers, so that it says the same for ever.
"""
