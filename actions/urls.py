from django.urls import path

from actions import views

app_name = "actions"
urlpatterns = [
    path("actions/", views.actions, name="actions"),
    path("actions/owed/", views.owed, name="owed"),
    path("actions/<int:action_id>/", views.action, name="action"),
    path("actions/<int:action_id>/confirm/", views.confirm, name="confirm"),
    path("actions/<int:action_id>/discard/", views.discard, name="discard"),
    path("actions/<int:action_id>/report-back/", views.report_back, name="report_back"),
    path("actions/<int:action_id>/stands/", views.stands, name="stands"),
    path("actions/<int:action_id>/change/", views.change, name="change"),
    path("actions/<int:action_id>/check/", views.check, name="check"),
    path("actions/<int:action_id>/ask/", views.ask_supporter, name="ask_supporter"),
    path("actions/<int:action_id>/support/", views.answer_support, name="answer_support"),
    path("report-backs/<int:report_id>/", views.written_report, name="written_report"),
    path("report-backs/<int:report_id>/discard/", views.discard_report, name="discard_report"),
    path("slots/<int:slot_id>/commit/", views.commit, name="commit"),
    path("log/", views.log, name="log"),
    path("log/<int:entry_id>/", views.log_entry, name="log_entry"),
    path("log/<int:entry_id>/delete/", views.delete_log_entry, name="delete_log_entry"),
]
