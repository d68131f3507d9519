"""The sentences of a worker's journey, in Indonesian and in English."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.registration.spells import TO_BE_ASKED
from shared.events import EVENTS

Both = tuple[str, str]
"""The same in Indonesian and in English."""

WORDS: Final[dict[str, Both]] = {
    "laid-off": ("di-PHK", "laid off"),
    "furloughed": ("dirumahkan", "furloughed"),
    "jobseeker": ("pencari kerja", "a jobseeker"),
    "mediation": ("mediasi", "mediation"),
    "recall": ("dipanggil kembali", "a recall"),
    "reported-in-error": ("salah lapor", "a report in error"),
    "graduated": ("lulus", "graduated"),
    "failed": ("tidak lulus", "failed"),
    "left": ("keluar", "left"),
    "hired": ("diterima bekerja", "hired"),
    "recalled": ("kembali ke pekerjaan lama", "recalled to the old job"),
    "self-employed": ("berusaha sendiri", "self-employed"),
    "withdrawn": ("pendaftaran ditarik", "the registration was withdrawn"),
    "identity": ("nama atau tanggal lahir berbeda", "another name or birth date was given"),
    "contacts": ("kontak atau daerah berbeda", "other contacts or another region were given"),
    "same-person": ("mungkin orang yang sama dengan pekerja lain", "another worker may be the same person"),
    "taken-back": ("ditarik kembali", "taken back"),
    "contested": ("dibantah pekerja", "denied by the worker"),
    "pulih.placement.confirmed.v1": ("Konfirmasi penempatan", "The confirmation of a placement"),
    "pulih.placement.contested.v1": ("Bantahan atas penempatan", "The denial of a placement"),
    "pulih.walk-in.reported.v1": ("Kabar diterima bekerja tanpa rujukan", "The word of a hire without a referral"),
    "pulih.employment.ended.v1": ("Kabar berakhirnya pekerjaan", "The word that a job ended"),
    "employer-says": ("menurut pemberi kerja", "by the employer's word"),
    "confirmed": ("dikonfirmasi", "confirmed"),
    "still-working-3-months": ("masih bekerja setelah tiga bulan", "still working after three months"),
    "still-working-6-months": ("masih bekerja setelah enam bulan", "still working after six months"),
    "still-working-12-months": ("masih bekerja setelah dua belas bulan", "still working after twelve months"),
    "not-placed": ("tidak tercatat bekerja lagi", "not recorded as working again"),
    "True": ("setuju", "agreed"),
    "False": ("tidak setuju", "not agreed"),
    "course-cancelled": ("kursus dibatalkan", "the course was cancelled"),
    "new-spell": ("pendaftaran baru", "a new registration"),
    "no-free-seat": ("belum ada kursi", "no seat is free yet"),
    "no-answer": ("tidak ada jawaban", "no answer came"),
    "declined-by-employer": ("ditolak pemberi kerja", "the employer declined"),
    "declined-by-worker": ("ditolak pekerja", "the worker declined"),
    "vacancy-closed": ("lowongan ditutup", "the vacancy was closed"),
    "vacancy-filled": ("lowongan terisi", "the vacancy was filled"),
    "placed": ("sudah bekerja", "the worker works again"),
    "pandemic": ("pandemi", "the pandemic"),
    "disaster": ("bencana", "a disaster"),
    "no-instructor": ("tidak ada instruktur", "no instructor"),
    "other": ("alasan lain", "another reason"),
    "no-show": ("tidak hadir", "did not come"),
    "declined": ("tidak diambil", "declined"),
    "left-early": ("keluar di awal", "left early"),
    "pulih.no-show.recorded.v1": ("Catatan ketidakhadiran", "The record of an absence"),
    "pulih.seat.declined.v1": ("Penolakan kursi", "The word that declined a seat"),
    "typed-wrongly": ("salah ketik", "it was typed wrongly"),
    "wrong-worker": ("menyangkut orang lain", "it was about somebody else"),
    "did-not-happen": ("tidak terjadi", "it did not happen"),
    "said-twice": ("dilaporkan dua kali", "it was said twice"),
    "certificate-revoked": ("sertifikat dicabut", "the certificate was revoked"),
    "pulih.layoff.reported.v1": ("Laporan PHK", "The report of a layoff"),
    "pulih.layoff.withdrawn.v1": ("Pencabutan laporan", "The withdrawal of a report"),
    "pulih.claim.contested.v1": ("Bantahan atas laporan", "The denial of a report"),
    "pulih.jobseeker.applied.v1": ("Pendaftaran pencari kerja", "The application as a jobseeker"),
    "pulih.training-result.recorded.v1": ("Hasil pelatihan", "The training result"),
    "pulih.hire.confirmed.v1": ("Kabar diterima bekerja", "The word of a hire"),
    "pulih.hire.declined.v1": ("Penolakan rujukan", "The answer that declined a referral"),
    "pulih.worker.recalled.v1": ("Kabar kembali ke pekerjaan lama", "The word of a return to the old job"),
    "pulih.business.started.v1": ("Kabar usaha sendiri", "The word of a business"),
    "pulih.grant.recorded.v1": ("Catatan bantuan", "The record of a grant"),
    "in-person": ("tatap muka", "in person"),
    "online": ("daring", "online"),
    "blended": ("campuran daring dan tatap muka", "blended"),
    "daily-allowance": ("uang saku harian", "a daily allowance"),
    "tools": ("peralatan kerja", "tools"),
    "business-credit": ("kredit usaha", "business credit"),
    "already-certified": ("sudah bersertifikat", "certified already"),
    "never-enrolled": ("tidak pernah terdaftar di kursus itu", "never enrolled in that course"),
    "enrolment-cancelled": ("kursi sudah dilepas", "the seat had been given back"),
    "already-recorded": ("hasil sudah tercatat", "the result was recorded already"),
    "already-placed": ("sudah bekerja", "working already"),
    "never-referred": ("tidak pernah dirujuk", "never referred"),
    "no-opening-left": ("lowongan sudah penuh", "no opening was left"),
    "employer": ("pemberi kerja", "the employer"),
    "worker": ("pekerja", "the worker"),
}

HAPPENED: Final[dict[str, Both]] = {
    "LayoffReported": ("Dilaporkan {kind} per {on}.", "Reported as {kind} on {on}."),
    "LayoffWithdrawn": ("Laporan PHK dicabut per {on}: {reason}.", "The layoff was withdrawn on {on}: {reason}."),
    "JobseekerApplied": ("Mendaftar sebagai pencari kerja pada {on}.", "Applied as a jobseeker on {on}."),
    "TrainingResultRecorded": ("Hasil kursus {code}: {result}.", "Result of course {code}: {result}."),
    "HireConfirmed": ("Diterima bekerja untuk lowongan {code} mulai {on}.", "Hired for vacancy {code} from {on}."),
    "WalkInReported": (
        "{agency} mengabarkan: diterima bekerja di {employer} mulai {on}, tanpa rujukan. Belum dikonfirmasi.",
        "{agency} says: taken on at {employer} from {on}, without a referral. It is not confirmed.",
    ),
    "HireDeclined": ("Rujukan ke lowongan {code} ditolak oleh {by}.", "Referral to vacancy {code} declined by {by}."),
    "WorkerRecalled": ("Kembali ke pekerjaan lama per {on}.", "Back at the old job on {on}."),
    "BusinessStarted": ("Memulai usaha sendiri ({business}) per {on}.", "Started a business ({business}) on {on}."),
    "PlacementConfirmed": ("{agency} mengonfirmasi pekerjaan per {on}.", "{agency} confirmed the work as of {on}."),
    "PlacementContested": ("Pekerja membantah penempatannya per {on}.", "The worker denied the placement on {on}."),
    "PlacementDenied": (
        "{agency} memutuskan bahwa pekerja tidak diterima bekerja.",
        "{agency} decided that the worker was not taken on.",
    ),
    "EmploymentEnded": ("Tidak bekerja di sana lagi sejak {on}.", "Works there no longer since {on}."),
    "GrantRecorded": ("Menerima bantuan: {kind}.", "Was granted {kind}."),
    "WorkerRegistered": ("Terdaftar ({reason}) sejak {applied_on}.", "Registered ({reason}) since {applied_on}."),
    "ApplicationAmended": ("Data pendaftaran diperbarui.", "The registration was amended."),
    "RegistrationWithdrawn": ("Pendaftaran ditarik: {reason}.", "The registration was withdrawn: {reason}."),
    "RegistrationReinstated": ("Pendaftaran berlaku lagi.", "The registration stands again."),
    "WorkerFactRetracted": (
        "{retracts} ({said_by}, {said_on}) ditarik oleh {agency}: {reason}.",
        "{retracts} ({said_by}, {said_on}) was retracted by {agency}: {reason}.",
    ),
    "TrainingResultVoided": (
        "Hasil pelatihan {title} ({result}) batal; hasil yang benar menyusul.",
        "The result of {title} ({result}) is void; the right one will follow.",
    ),
    "PlacementVoided": (
        "Kabar bahwa pekerja {outcome} batal; pendaftaran berlanjut.",
        "The word of being {outcome} is void; the registration goes on.",
    ),
    "JobseekerCardIssued": (
        "Kartu AK/I nomor {number} terbit, berlaku sampai {valid_until}.",
        "Jobseeker's card {number} issued, good until {valid_until}.",
    ),
    "ClaimAdded": (
        "Juga dilaporkan oleh {agency} ({kind}) per {on}.",
        "Also reported by {agency} ({kind}) on {on}.",
    ),
    "ClaimEnded": (
        "Laporan {agency} tidak berlaku lagi: {reason}.",
        "The report of {agency} no longer stands: {reason}.",
    ),
    "ClaimContested": ("Pekerja membantah laporan {claimant}.", "The worker denied the report of {claimant}."),
    "LayoffKindChanged": (
        "Alasan pendaftaran berubah dari {before} menjadi {kind}.",
        "The reason of the registration changed from {before} to {kind}.",
    ),
    "MoveRequested": (
        "{agency} melaporkan bahwa pekerja pindah ke {region}; berlaku {due_on} bila tidak dibantah.",
        "{agency} reported a move to {region}; it takes effect on {due_on} unless it is denied.",
    ),
    "MoveAnswered": (
        "Dinas asal menjawab laporan kepindahan: {agreed}.",
        "The former office answered the move: {agreed}.",
    ),
    "MoveDeclined": ("Kepindahan ke {region} dibantah oleh {agency}.", "The move to {region} was denied by {agency}."),
    "WorkerMoved": ("Pindah ke {region}.", "Moved to {region}."),
    "InterviewNeeded": (
        "Keinginan pekerja belum ditanyakan: pelatihan, pekerjaan, atau keduanya.",
        "Nobody has asked the worker yet: training, work, or both.",
    ),
    "ReviewOpened": (
        "Data diri menunggu keputusan dinas: {kind}.",
        "Who the worker is waits for the office: {kind}.",
    ),
    "IdentityCorrected": ("Dinas membetulkan data diri.", "The office corrected the worker's particulars."),
    "IdentitiesKeptApart": (
        "Dinas menetapkan bahwa pekerja {other} adalah orang lain.",
        "The office decided that worker {other} is another person.",
    ),
    "WorkerRestricted": (
        "Pembatasan penggunaan data pekerja ini ditetapkan atau dicabut.",
        "A restriction on the use of this worker's data was set or lifted.",
    ),
    "WorkerErased": ("Data pribadi pekerja ini dihapus.", "This worker's personal data was erased."),
    "IdentitiesMerged": (
        "Dinas menetapkan bahwa pekerja {other} adalah orang yang sama.",
        "The office decided that worker {other} is the same person.",
    ),
    "WorkerMerged": (
        "Nomor pekerja {worker} kini berarti pekerja {into}.",
        "The worker's number {worker} means worker {into} from now on.",
    ),
    "WorkerSplit": (
        "Nomor pekerja {worker} kembali berarti pekerja tersendiri, bukan {former}.",
        "The worker's number {worker} means a worker of its own again, and not {former}.",
    ),
    "IdentityQuestioned": (
        "Nama atau tanggal lahir berbeda dari data semula; dinas perlu memeriksa.",
        "Name or birth date differ from what was known; an office has to look.",
    ),
    "WorkerEnrolled": (
        "Mendapat kursi {seat} dari {seats} di kursus {title} ({starts_on} sampai {ends_on}).",
        "Has seat {seat} of {seats} on the course {title} ({starts_on} to {ends_on}).",
    ),
    "WorkerWaitlisted": ("Masuk daftar tunggu: {reason}.", "On the waiting list: {reason}."),
    "EnrolmentCancelled": ("Kursi di kursus {title} dilepas: {reason}.", "Seat on {title} given back: {reason}."),
    "NoShowRecorded": ("Tidak hadir di kursus {code}.", "Did not come to course {code}."),
    "SeatDeclined": ("Kursi tidak diambil.", "The seat was declined."),
    "SeatGivenUp": ("Kursi di kursus {title} dilepas: {reason}.", "Seat on {title} given up: {reason}."),
    "CourseChanged": (
        "Kursus {title} berubah: {starts_on} sampai {ends_on}, {mode}.",
        "The course {title} has changed: {starts_on} to {ends_on}, {mode}.",
    ),
    "WaitingEnded": ("Keluar dari daftar tunggu: {reason}.", "Left the waiting list: {reason}."),
    "ApplicationRefused": ("Pelatihan tidak diberikan: {reason}.", "No training was given: {reason}."),
    "WorkerGraduated": (
        "Lulus {title}; nomor sertifikat {certificate}.",
        "Graduated from {title}; certificate {certificate}.",
    ),
    "TrainingNotCompleted": ("Kursus {title} tidak selesai: {result}.", "Course {title} not completed: {result}."),
    "TrainingResultRefused": (
        "Hasil kursus {code} ditolak: {reason}.",
        "A result for course {code} was refused: {reason}.",
    ),
    "TrainingPaused": ("Kursus {title} berhenti sementara: {reason}.", "The course {title} is paused: {reason}."),
    "TrainingResumed": ("Kursus {title} berlanjut: {mode}.", "The course {title} goes on: {mode}."),
    "WorkerReferred": (
        "Dirujuk ke {title} di {employer} ({route}).",
        "Referred to {title} at {employer} ({route}).",
    ),
    "ReferralLapsed": ("Rujukan ke {title} berakhir: {reason}.", "The referral to {title} lapsed: {reason}."),
    "WorkerPlaced": ("Bekerja kembali sejak {on}: {outcome}.", "Works again since {on}: {outcome}."),
    "PlacementGraded": ("Penempatan sejak {on}: {grade}.", "The placement since {on}: {grade}."),
    "PlacementDisputed": (
        "Penempatan sejak {on} dibantah pekerja; dinas memutuskan.",
        "The placement since {on} is denied by the worker; the office decides.",
    ),
    "PlacementEnded": ("Pekerjaan berakhir pada {ended_on}.", "The work ended on {ended_on}."),
    "PlacementResumed": ("Pekerjaan sejak {on} berlanjut.", "The work since {on} goes on."),
    "EvidenceRefused": (
        "Kabar tentang pekerjaan ditolak: {reason}.",
        "News of the worker's work was refused: {reason}.",
    ),
    "ConfirmationDue": (
        "Dinas diingatkan untuk memutuskan tentang penempatan paling lambat {due}.",
        "The office was reminded to decide on the placement by {due}.",
    ),
    "ConfirmationOverdue": (
        "Putusan dinas tentang penempatan terlambat sejak {due}.",
        "The office's decision on the placement is late since {due}.",
    ),
    "FollowUpDue": (
        "Dinas diingatkan untuk menanyakan paling lambat {due} apakah pekerja masih bekerja.",
        "The office was reminded to ask by {due} whether the worker still works there.",
    ),
    "FollowUpOverdue": (
        "Dinas terlambat menanyakan apakah pekerja masih bekerja; seharusnya paling lambat {due}.",
        "The office is late in asking whether the worker still works there; it was to ask by {due}.",
    ),
    "OutcomeRefused": (
        "Laporan bahwa pekerja {outcome} ditolak: {reason}.",
        "A report of being {outcome} was refused: {reason}.",
    ),
    "ResultDue": (
        "Hasil kursus {title} dari {provider} ditunggu paling lambat {due}; {provider} diingatkan.",
        "The result of {title} was due from {provider} on {due}; {provider} was reminded.",
    ),
    "ResultOverdue": (
        "Hasil kursus {title} dari {provider} terlambat sejak {due}; dinas dikabari.",
        "The result of {title} from {provider} is late since {due}; the office was told.",
    ),
    "AbsenceDue": (
        "Dinas diingatkan untuk menanyakan apakah pekerja masih ingin dilatih.",
        "The office was reminded to ask whether the worker still wants training.",
    ),
    "AbsenceOverdue": (
        "Dinas terlambat menanyakan apakah pekerja masih ingin dilatih; seharusnya paling lambat {due}.",
        "The office is late in asking whether the worker still wants training; it was to ask by {due}.",
    ),
    "AnswerDue": (
        "{agency} diingatkan untuk menjawab rujukan ke {title} paling lambat {due}.",
        "{agency} was reminded to answer the referral to {title} by {due}.",
    ),
    "AnswerOverdue": (
        "{agency} tidak menjawab rujukan ke {title} sampai {due}; dinas dikabari.",
        "{agency} did not answer the referral to {title} by {due}; the office was told.",
    ),
    "ReviewDue": (
        "Putusan dinas tentang data diri ditunggu paling lambat {due}: {kind}.",
        "The office's decision on who the worker is was due on {due}: {kind}.",
    ),
    "ReviewOverdue": (
        "Putusan dinas tentang data diri terlambat sejak {due}: {kind}.",
        "The office's decision on who the worker is is late since {due}: {kind}.",
    ),
    "InterviewDue": (
        "Dinas diingatkan untuk menanyakan keinginan pekerja.",
        "The office was reminded to ask the worker: training, work, or both.",
    ),
    "InterviewOverdue": (
        "Dinas terlambat menanyakan keinginan pekerja; seharusnya paling lambat {due}.",
        "The office is late in asking the worker: training, work, or both; it was to ask by {due}.",
    ),
    "MoveDue": (
        "Dinas asal diingatkan: kepindahan ke {region} berlaku pada {due}.",
        "The former office was reminded: the move to {region} takes effect on {due}.",
    ),
    "HireRefused": (
        "Jawaban untuk lowongan {code} ditolak: {reason}.",
        "An answer for vacancy {code} was refused: {reason}.",
    ),
}

ENTERED_BY: Final[Both] = (
    " Dimasukkan oleh {entered_by} atas nama {agency}.",
    " Entered by {entered_by} on behalf of {agency}.",
)
SEEK_SEAT: Final[Both] = (
    "Pelatihan mencari kursi yang sesuai; kursi kosong berikutnya diberikan menurut urutan pendaftaran.",
    "Training looks for a seat that fits; the next free one is given in the order of application.",
)
SEEK_WORK: Final[Both] = (
    "Penempatan mencari lowongan yang sesuai dan merujuk pekerja ke sana.",
    "Placement looks for an opening that fits, and refers the worker to it.",
)
NEXT: Final[dict[str, Both]] = {
    "withdrawn": ("Tidak ada; pendaftaran ini selesai.", "Nothing; this registration is over."),
    "placed": (
        "Tidak ada; jika kehilangan pekerjaan lagi, laporkan kembali.",
        "Nothing; if the job is lost again, it is reported again.",
    ),
    TO_BE_ASKED: (
        "Dinas tenaga kerja menanyakan kepada pekerja: pelatihan, pekerjaan, atau keduanya. Urutan dihitung sejak jawabannya.",
        "The labour office asks the worker: training, work, or both. The place in line counts from the answer.",
    ),
    "WorkerEnrolled": (
        "Kursus berlangsung {starts_on} sampai {ends_on}; lembaga {provider} mencatat hasilnya.",
        "The course runs from {starts_on} to {ends_on}; {provider} records the result.",
    ),
    "TrainingResultVoided": (
        "Lembaga {provider} mencatat hasil kursus yang benar.",
        "{provider} records the right result of the course.",
    ),
    "PlacementVoided": SEEK_WORK,
    "TrainingPaused": ("Menunggu kursus berlanjut; kursi tetap disimpan.", "The course will go on; the seat is kept."),
    "TrainingResumed": ("Lembaga {provider} mencatat hasil kursus.", "{provider} records the result of the course."),
    "WorkerReferred": (
        "{agency} menjawab rujukan paling lambat {respond_by}.",
        "{agency} answers the referral by {respond_by}.",
    ),
    "WorkerWaitlisted": SEEK_SEAT,
    "EnrolmentCancelled": SEEK_SEAT,
    "SeatGivenUp": (
        "Jika pekerja masih ingin dilatih, dinas mendaftarkannya lagi; yang menolak kursi tetap dalam antrean.",
        "If the worker still wants training, the office says so again; who declined a seat keeps the place in line.",
    ),
    "ApplicationRefused": SEEK_WORK,
    "WorkerGraduated": SEEK_WORK,
    "TrainingNotCompleted": SEEK_WORK,
    "ReferralLapsed": SEEK_WORK,
}

_NAMES: Final = {type: kind.__name__ for type, kind in EVENTS.items() if kind.__name__ in NEXT}


def what_happened(name: str, data: Mapping[str, Any]) -> dict[str, str]:
    """Tell an event in one sentence, in both languages; it ends with the office that entered it for the agency, if one did."""
    if data.get("detail"):
        data = {**data, "reason": data["detail"]}
    told = _filled_in(HAPPENED[name], data)
    if data.get("entered_by"):
        for language, sentence in zip(told, ENTERED_BY, strict=True):
            told[language] += sentence.format_map(data)
    return told


def what_next(state: str, wants: Sequence[str], steps: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Tell what happens next: by how the spell ended, or else by the last of its steps that has a sentence in `NEXT`."""
    if state in NEXT:
        return _filled_in(NEXT[state], {})
    if not wants:
        return _filled_in(NEXT[TO_BE_ASKED], {})
    for step in reversed(steps):
        name = _NAMES.get(step["type"])
        if name:
            return _filled_in(NEXT[name], step["data"])
    return _filled_in(SEEK_WORK if list(wants) == ["work"] else SEEK_SEAT, {})


def _filled_in(sentences: Both, data: Mapping[str, Any]) -> dict[str, str]:
    return {
        language: sentence.format_map(defaultdict(lambda: "–", _translated(data, nth)))
        for nth, (language, sentence) in enumerate(zip(("id", "en"), sentences, strict=True))
    }


def _translated(data: Mapping[str, Any], nth: int) -> dict[str, str]:
    """Replace the contract's words by those of a language; other values stay as they are."""
    return {
        name: WORDS[str(value)][nth] if isinstance(value, str | bool) and str(value) in WORDS else str(value)
        for name, value in data.items()
        if value is not None
    }
