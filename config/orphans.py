"""A worker ends with the supervisor that started it, whatever it is waiting for just then.

The kernel tells a worker of its supervisor's death by a signal, on which Celery hands back what it
holds. But its broker dies with the supervisor, too, and workers have been seen that went on looking
for it as if no signal had come. So a thread looks whether the supervisor is still the parent.
"""

import os
import signal
import threading
import time

# The supervisor's process id, for the processes that it starts.
SUPERVISOR = "VARIORUM_SUPERVISOR"
LOOK_EVERY = 1.0
# Handing back takes two or three seconds.
PATIENCE = 6.0


def watch_supervisor() -> None:
    """Where a supervisor has started this process, end its whole group soon after it has died."""
    supervisor = os.environ.get(SUPERVISOR, "")
    if supervisor.isdigit():
        threading.Thread(target=_end_without, args=(int(supervisor),), daemon=True).start()


def _end_without(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    time.sleep(PATIENCE)
    os.killpg(0, signal.SIGKILL)
