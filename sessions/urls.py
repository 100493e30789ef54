from django.urls import path

from sessions.views import capturing, poll_links, polls, prepare, room, schedule

app_name = "sessions"
urlpatterns = [
    path("sets/<int:set_id>/sessions/", schedule.past, name="past"),
    path("sets/<int:set_id>/sessions/schedule/", schedule.schedule, name="schedule"),
    path("sets/<int:set_id>/polls/open/", polls.open_poll, name="open_poll"),
    path("polls/<int:poll_id>/", polls.poll, name="poll"),
    path("polls/<int:poll_id>/change/", polls.change_poll, name="change_poll"),
    path("polls/<int:poll_id>/close/", polls.close_poll, name="close_poll"),
    path("polls/<int:poll_id>/dates/<int:option_id>/choose/", polls.choose_date, name="choose_date"),
    path("polls/answer/<str:answer_token>/", poll_links.answer_by_link, name="answer_by_link"),
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
