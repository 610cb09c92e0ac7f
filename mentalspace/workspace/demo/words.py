"""Names and sentences of the demo. Nobody is called that; phones are 555 numbers and mail goes to example.com."""

FIRST_NAMES = (
    "Avery", "Bellamy", "Cedar", "Delphine", "Emrys", "Fable", "Garnet", "Hollis", "Indigo", "Juno", "Kestrel", "Lark",
    "Maple", "Nova", "Oakley", "Percival", "Quill", "Rowan", "Sage", "Tamsin", "Umber", "Verity", "Wren", "Xanthe",
    "Yarrow", "Zephyr", "Alder", "Briar", "Clover", "Dune", "Echo", "Fennel", "Ginger", "Hazel", "Iris", "Jasper",
    "Kit", "Linden", "Merle", "Nettie", "Opal", "Pepper", "Reed", "Saffron", "Thistle", "Violet", "Willa", "Zinnia",
)  # fmt: skip
LAST_NAMES = (
    "Appleseed", "Brambleworth", "Cloudberry", "Dandelion", "Everglade", "Fernsby", "Gooseberry", "Honeydew",
    "Inkwell", "Juniper", "Kettlewell", "Lanternby", "Marigold", "Nettlefield", "Oakenshaw", "Pumpernickel",
    "Quillfeather", "Rosewater", "Snowdrop", "Thistlewood", "Umberfield", "Velvetine", "Willowby", "Yellowley",
    "Zigzag", "Acornby", "Butterworth-Moon", "Candlewick", "Dewdrop", "Elderflower", "Foxglove", "Gingersnap",
    "Hollyhock", "Ivywall", "Jellybean", "Kindling", "Lavenderly", "Moonpenny", "Nutmeg", "Otterburn",
)  # fmt: skip
STREETS = (
    "Imaginary Lane",
    "Storybook Road",
    "Example Street",
    "Made-Up Avenue",
    "Pretend Court",
    "Fable Way",
)
CITIES = (
    ("Atlanta", "30309"),
    ("Decatur", "30030"),
    ("Marietta", "30060"),
    ("Athens", "30601"),
    ("Savannah", "31401"),
)
PRONOUNS = ("she/her", "he/him", "they/them")
RELATIONS = ("Spouse", "Parent", "Sibling", "Friend", "Partner")
MEDICINES = (
    "Sertraline 50 mg daily",
    "Escitalopram 10 mg daily",
    "Bupropion XL 150 mg daily",
    "Trazodone 50 mg at night",
)
ALLERGIES = ("Penicillin", "Peanuts", "Latex", "Sulfa drugs")

# Kind of trouble: code, complaint as the intake form names it, problem as the plan names it, goal, measure.
TROUBLES = (
    ("F41.1", "Anxiety", "Anxiety", "Spend less of the day worrying", "Days a week with worry above 5 of 10", 6, 2),
    ("F33.1", "Depression", "Depressive", "Take part in daily life again", "Activities a week outside the home", 1, 5),
    ("F43.12", "Trauma or PTSD", "Trauma", "Sleep without being woken by memories", "Nights a week with nightmares", 5, 1),
    ("F43.23", "Stress", "Anxiety", "Return to work and stay there", "Days a week at work", 1, 5),
    ("F32.1", "Depression", "Depressive", "Feel rested and able to plan", "Mornings a week up by eight", 1, 6),
    ("F40.10", "Anxiety", "Anxiety", "Speak up in groups", "Conversations a week begun by the client", 0, 4),
    ("F34.1", "Depression", "Depressive", "Keep contact with friends", "Contacts a week", 0, 3),
    ("F42.2", "Anxiety", "Anxiety", "Leave the house without checking", "Checks before leaving", 12, 2),
)  # fmt: skip
CONCERNS = (
    "Reports a calmer week than the last. Work remains demanding; two evenings were spent with friends.",
    "Slept five hours a night on average. Worry returned before a family visit and eased afterwards.",
    "Used the breathing exercise on four days and found it helpful before meetings.",
    "Describes an argument at home and how it was repaired the next day. Proud of not leaving the room.",
    "Low energy in the mornings. Managed the planned walk on three of five days.",
    "Came with a list of situations that were avoided this week and wants to try one of them.",
)
OBSERVED = (
    "On time, well groomed, good eye contact. Speech normal in rate and tone.",
    "Tired at first, brightened during the session. Engaged throughout.",
    "Restless hands while speaking about work; calm by the end.",
    "Tearful for some minutes when speaking of the loss, otherwise composed.",
)
IMPRESSIONS = (
    "Symptoms are easing; skills are used between sessions without prompting.",
    "Steady. Avoidance is smaller than a month ago, sleep is the next target.",
    "A harder week with good recovery. The plan fits and is kept.",
    "Gains are holding. Ready for longer intervals if the next weeks go well.",
)
PLANS = (
    "Continue weekly. Review the thought record and add one behavioral experiment.",
    "Continue with graded exposure, next step agreed: a meeting with three colleagues.",
    "Keep the sleep diary; introduce stimulus control next time.",
    "Practice grounding daily. Invite the partner to one of the next sessions if wanted.",
)
TASKS = (
    "Thought record on three days",
    "Walk of twenty minutes on four days",
    "Sleep diary",
    "One call to a friend",
)
SUBJECTS = (
    (
        "Next visit",
        "administrative",
        "Could you offer the client a later slot next week? Mornings do not work any more.",
    ),
    (
        "Insurance card",
        "billing",
        "The card on file expired. I asked for a photo of the new one; please update the profile.",
    ),
    (
        "Room on Thursday",
        "administrative",
        "The large room is taken on Thursday afternoon. Can the group start at four instead?",
    ),
    (
        "Release received",
        "clinical",
        "The signed release for the primary care office came by mail today. It is in the tray.",
    ),
    (
        "Statement question",
        "billing",
        "The client asks why the statement shows two copays in one week. Can you look?",
    ),
    (
        "Telehealth link",
        "technical",
        "The video froze twice this morning; we went on by phone. Please check the connection.",
    ),
    (
        "Supervision on Friday",
        "clinical",
        "Can we start half an hour earlier? I would like to go through two intakes.",
    ),
    (
        "New referral",
        "administrative",
        "The school counselor will call about a student. Please put the call through to me.",
    ),
)
REPLIES = (
    "Done, thank you.",
    "I will take care of it today.",
    "Noted. I will let you know.",
    "Yes, that works.",
)
