from django.urls import path

from sessions.views import prepare, schedule

app_name = "sessions"
urlpatterns = [
    path("sets/<int:set_id>/sessions/", schedule.past, name="past"),
    path("sets/<int:set_id>/sessions/schedule/", schedule.schedule, name="schedule"),
    path("sessions/<int:session_id>/", prepare.session_page, name="session"),
    path("sessions/<int:session_id>/move/", schedule.move, name="move"),
    path("sessions/<int:session_id>/cancel/", schedule.cancel, name="cancel"),
    path("sessions/<int:session_id>/reply/", prepare.reply, name="reply"),
    path("sessions/<int:session_id>/preparation/", prepare.preparation, name="preparation"),
    path("sessions/<int:session_id>/topic/", prepare.offer, name="offer"),
    path("sessions/<int:session_id>/topic/withdraw/", prepare.withdraw, name="withdraw"),
    path("sessions/<int:session_id>/topic/nothing/", prepare.nothing, name="nothing"),
    path("sessions/<int:session_id>/run-sheet/", prepare.run_sheet, name="run_sheet"),
]
