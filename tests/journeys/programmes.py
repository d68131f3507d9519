"""Where the programme is that is not on the shelf."""

from pathlib import Path

FROM_AN_OFFICE = Path(__file__).with_name("programme_of_an_office.yaml")
