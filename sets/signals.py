"""What the floors above hear of a set. Sent inside the transaction of the change."""

from django.dispatch import Signal

# Somebody has left or was removed. `membership`: the row, already ended.
membership_ended = Signal()

# A set is about to close. `learning_set`: its row, held; `by`: who closes it; `now`. A receiver that raises Refused
# stops it.
set_closing = Signal()
