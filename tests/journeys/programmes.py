"""The path of a programme that an office wrote itself."""

from pathlib import Path

FROM_AN_OFFICE = Path(__file__).with_name("programme_of_an_office.yaml")
