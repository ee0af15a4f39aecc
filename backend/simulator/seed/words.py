"""Word lists for made-up records."""

_GIVEN_NAMES = """
Ada Alan Amara Anaïs Aisha Björn Carlos Chloé Dmitri Élodie Emeka Fatima Grace Hana Hiroshi Ingrid Isabel Ivan Jamal
Jana João Kateryna Kofi Lars Leila Linh Lucía Magda Mateo Mei Miriam Mohammed Nadia Niamh Noah Olga Omar Paulo Priya
Rania Ravi Rosa Sanne Seán Sofia Søren Tariq Thandi Tomasz Uma Valentina Wanjiru Xiulan Yara Yusuf Zoë
"""
_FAMILY_NAMES = """
Abebe Andersson Bauer Brown Castro Chen Costa Diaz Dubois Eriksen Fernández García Gupta Haddad Hernández Ito
Ivanova Jansen Jensen Johnson Kaya Kim Kowalski Larsen Lee Lopez Mbeki Meyer Miller Müller Nakamura Nguyen Nowak
O'Brien Okafor Olsen Park Patel Petrov Quispe Rossi Sato Schmidt Silva Singh Smith Sørensen Tan Torres Virtanen Wang
Weber Williams Yamamoto Yilmaz Zhang Živković
"""
_TRADES = """
Analytics Bakery Bikes Catering Ceramics Clinics Coffee Controls Dairy Energy Engineering Fabrics Films Foods
Freight Gardens Glass Homes Insurance Labs Logistics Marine Media Metals Motors Optics Outfitters Paper Pharma
Plastics Press Robotics Seeds Software Solar Studios Timber Tools Toys Travel Water Wines
"""
GIVEN_NAMES, FAMILY_NAMES, TRADES = _GIVEN_NAMES.split(), _FAMILY_NAMES.split(), _TRADES.split()
PLACES = (
    ("Berlin", "BE", "Germany"),
    ("Boston", "MA", "United States"),
    ("Cape Town", "WC", "South Africa"),
    ("Dublin", "", "Ireland"),
    ("Kraków", "", "Poland"),
    ("Lagos", "LA", "Nigeria"),
    ("Lyon", "", "France"),
    ("Melbourne", "VIC", "Australia"),
    ("México", "CDMX", "Mexico"),
    ("Osaka", "", "Japan"),
    ("São Paulo", "SP", "Brazil"),
    ("Toronto", "ON", "Canada"),
    ("Utrecht", "", "Netherlands"),
    ("Zürich", "ZH", "Switzerland"),
)
JOB_TITLES = (
    "Accountant",
    "Buyer",
    "Chief Executive",
    "Developer",
    "Head of Sales",
    "Marketing Manager",
    "Operations Lead",
    "Office Manager",
    "Procurement Officer",
    "Support Engineer",
)
INDUSTRIES = ("COMPUTER_SOFTWARE", "CONSTRUCTION", "FOOD_PRODUCTION", "HOSPITAL_HEALTH_CARE", "RETAIL", "UTILITIES")
SUBJECTS = (
    "Cannot sign in",
    "Delivery arrived damaged",
    "Invoice shows the wrong address",
    "Needs a second licence",
    "Question about the contract",
    "Site is slow on Mondays",
    "Wants to change the plan",
)
GOODS = (
    "Annual licence",
    "Consulting day",
    "Delivery",
    "Hosting",
    "Maintenance",
    "Onboarding",
    "Spare part",
    "Training",
)
SENTENCES = (
    "Called back, will decide next week.",
    "Sent the offer and the data sheet.",
    "Met at the fair; interested in a trial.",
    "Asked for references in the same trade.",
    "Needs approval by the board.",
    "Left a message.",
)
