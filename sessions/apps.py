from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """The app is called `sessions`, its label `als_sessions`: Django's own sessions hold the plain label."""

    name = "sessions"
    label = "als_sessions"
    verbose_name = "Sessions"

    def ready(self) -> None:
        from sessions import attention, figures  # noqa: F401  # sources of the weekly view, and for organisers
        from sessions.services.ending import end_with_the_set
        from sessions.services.forgetting import delete_before_it_opens
        from sessions.services.hosting import let_go, take_turns, wait_for_the_session
        from sets.signals import facilitation_ended, facilitation_ending, membership_ended, set_closing, set_opening

        membership_ended.connect(let_go, dispatch_uid="let go of sessions to come")
        facilitation_ending.connect(wait_for_the_session, dispatch_uid="wait for the session")
        facilitation_ended.connect(take_turns, dispatch_uid="take turns")
        set_closing.connect(end_with_the_set, dispatch_uid="end with the set")
        set_opening.connect(delete_before_it_opens, dispatch_uid="delete before it opens")
