"""What the floors above hear of a set. Sent inside the transaction of the change."""

from django.dispatch import Signal

# Somebody has left or was removed. `membership`: the row, already ended; `now`. The set's row is held.
membership_ended = Signal()

# A set is about to close. `learning_set`: its row, held; `by`: who closes it; `now`. A receiver that raises Refused
# stops it.
set_closing = Signal()

# A closed set is about to go on. `learning_set`: its row, held, with the day on which what was said is deleted; `now`.
set_opening = Signal()

# The agreed day has come on which facilitation ends. `learning_set`: its row, held; `now`. A receiver that raises
# Refused puts it off.
facilitation_ending = Signal()

# A set goes on by itself. `learning_set`: its row, held; `former`: the ids of who facilitated it; `now`.
facilitation_ended = Signal()
