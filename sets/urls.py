from django.urls import path

from sets.views import belonging, closing, founding, joining, people, programmes, ruling, tailoring

app_name = "sets"
urlpatterns = [
    path("sets/found/", founding.found, name="found"),
    path("sets/<int:set_id>/", founding.learning_set, name="set"),
    path("sets/<int:set_id>/change/", founding.change, name="change"),
    path("sets/<int:set_id>/messages/", founding.lead_times, name="lead_times"),
    path("sets/<int:set_id>/notes/", founding.notes, name="notes"),
    path("sets/<int:set_id>/close/", closing.close, name="close"),
    path("sets/<int:set_id>/open-again/", closing.open_again, name="open_again"),
    path("sets/<int:set_id>/process/", tailoring.process, name="process"),
    path("sets/<int:set_id>/people/", people.people, name="people"),
    path("sets/<int:set_id>/invite/", people.invite, name="invite"),
    path("sets/<int:set_id>/invitations/<int:invitation_id>/resend/", people.resend, name="resend"),
    path("sets/<int:set_id>/invitations/<int:invitation_id>/withdraw/", people.withdraw, name="withdraw"),
    path("sets/<int:set_id>/people/<int:membership_id>/roles/", belonging.roles, name="roles"),
    path("sets/<int:set_id>/people/<int:membership_id>/remove/", belonging.remove, name="remove"),
    path("sets/<int:set_id>/leave/", belonging.leave, name="leave"),
    path("sets/<int:set_id>/facilitation/", belonging.facilitation, name="facilitation"),
    path("sets/<int:set_id>/facilitation/keep/", belonging.keep_facilitator, name="keep_facilitator"),
    path("sets/<int:set_id>/rules/", ruling.rules, name="rules"),
    path("sets/<int:set_id>/rules/<int:number>/", ruling.rules_version, name="rules_version"),
    path("sets/<int:set_id>/rules/propose/", ruling.propose_rules, name="propose_rules"),
    path("sets/<int:set_id>/rules/publish/", ruling.publish_rules, name="publish_rules"),
    path("sets/<int:set_id>/rules/discard/", ruling.discard_rules, name="discard_rules"),
    path("sets/<int:set_id>/rules/agree/", ruling.agree, name="agree"),
    path("invitations/<str:token>/", joining.invitation, name="invitation"),
    path("programmes/<int:programme_id>/", programmes.programme, name="programme"),
    path("programmes/<int:programme_id>/figures.csv", programmes.figures, name="figures"),
]
