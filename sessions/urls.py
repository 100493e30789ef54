from django.urls import path

from sessions.views import capturing, prepare, room, schedule

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
    path("sessions/<int:session_id>/room/", room.room, name="room"),
    path("sessions/<int:session_id>/room/now/", room.room_now, name="room_now"),
    path("sessions/<int:session_id>/room/open/", room.open_room, name="open"),
    path("sessions/<int:session_id>/room/here/", room.here, name="here"),
    path("sessions/<int:session_id>/room/present/", room.attendance, name="attendance"),
    path("sessions/<int:session_id>/room/choose/", room.choose, name="choose"),
    path("sessions/<int:session_id>/room/next/", room.next_stage, name="next_stage"),
    path("sessions/<int:session_id>/room/contribute/", capturing.contribute, name="contribute"),
    path("sessions/<int:session_id>/room/note/", capturing.note, name="note"),
    path("sessions/<int:session_id>/room/close/", room.close, name="close"),
]
