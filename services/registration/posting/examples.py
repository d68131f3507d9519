"""One example of each event's data. The NIK belongs to nobody: no NIK is issued with 00 for its district."""

from typing import Any, Final

EXAMPLE_NIK = "3306004101900001"

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "LayoffReported": {
        "on": "2021-09-06",
        "person": {
            "nik": EXAMPLE_NIK,
            "name": "Contoh Pekerja",
            "birth_date": "1990-01-01",
            "sex": "female",
            "region": "Kabupaten Purworejo",
            "phone": "+62 812 0000 0000",
            "email": "worker@example.com",
        },
        "kind": "laid-off",
        "employer": "PT Contoh Garmen",
        "vocation": "sewing",
        "wants": ["training", "work"],
        "wishes": ["welding", "barista"],
        "reach": "national",
    },
    "LayoffWithdrawn": {"on": "2021-09-20", "nik": EXAMPLE_NIK, "reason": "mediation"},
    "JobseekerApplied": {
        "on": "2021-09-06",
        "person": {"nik": EXAMPLE_NIK, "name": "Contoh Pekerja", "region": "33.06"},
        "wants": ["training"],
        "wishes": ["sewing"],
        "card": True,
    },
    "CourseOffered": {
        "on": "2021-08-01",
        "code": "APBN-2021-07",
        "title": "Garment sewing, package 7",
        "vocation": "sewing",
        "region": "33.06",
        "reach": "regency",
        "mode": "blended",
        "funding": "APBN",
        "venue": "mobile-unit",
        "seats": 16,
        "starts_on": "2021-09-13",
        "ends_on": "2021-10-08",
    },
    "CourseCancelled": {"on": "2021-09-01", "code": "APBN-2021-07", "reason": "no-funding"},
    "CoursePaused": {"on": "2021-09-15", "code": "APBN-2021-07", "reason": "pandemic"},
    "CourseResumed": {"on": "2021-09-29", "code": "APBN-2021-07", "mode": "online"},
    "TrainingResultRecorded": {"on": "2021-10-08", "nik": EXAMPLE_NIK, "code": "APBN-2021-07", "result": "graduated"},
    "VacancyPosted": {
        "on": "2021-10-01",
        "code": "OP-114",
        "title": "Sewing machine operator",
        "vocation": "sewing",
        "employer": "PT Contoh Garmen",
        "region": "Kota Semarang",
        "openings": 25,
    },
    "VacancyClosed": {"on": "2021-11-30", "code": "OP-114", "reason": "filled"},
    "HireConfirmed": {"on": "2021-11-01", "nik": EXAMPLE_NIK, "code": "OP-114"},
    "HireDeclined": {"on": "2021-10-20", "nik": EXAMPLE_NIK, "code": "OP-114", "by": "worker"},
    "WorkerRecalled": {"on": "2021-10-25", "nik": EXAMPLE_NIK, "employer": "PT Contoh Garmen"},
    "BusinessStarted": {"on": "2021-11-05", "nik": EXAMPLE_NIK, "business": "tailoring"},
    "GrantRecorded": {
        "on": "2021-11-06",
        "nik": EXAMPLE_NIK,
        "kind": "tools",
        "amount": 3500000,
        "item": "sewing machine",
    },
}
