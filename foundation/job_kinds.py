"""What the foundation itself does in the background: sending notifications by mail."""

from foundation.clock import Duty, database_now, duties
from foundation.jobs import JobKind, JobRun, Report, enqueue, job_kinds
from foundation.queries.jobs import is_under_way
from foundation.services.mailing import due_recipients, send_due_mails

MAIL = "foundation.mail"


def send_mails(run: JobRun) -> Report:
    """Send what is due; each mail is its own step, so that a killed worker repeats none."""
    sent = 0
    for has_gone in send_due_mails():
        sent += has_gone
        run.check()
        run.set(done=sent)
    return {"sent": sent}


def ask_for_mails() -> None:
    """Start sending when something is due and nobody sends."""
    if due_recipients(database_now()) and not is_under_way(MAIL):
        enqueue(MAIL)


job_kinds.register(MAIL, JobKind(work=send_mails, unit="mails"))
duties.register("send mails", Duty(every_seconds=60, work=ask_for_mails))
