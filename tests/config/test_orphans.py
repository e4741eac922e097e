"""What a supervisor has started ends with it, even where it hears no signal."""

import os
import signal
import threading

from config.orphans import SUPERVISOR, watch_supervisor
from tests.config.processes import alive, eventually, start

CHILD = """
import signal, time
from config.orphans import watch_supervisor
for heard in (signal.SIGQUIT, signal.SIGTERM, signal.SIGINT):
    signal.signal(heard, signal.SIG_IGN)
watch_supervisor()
print("ready", flush=True)
time.sleep(120)
"""
PARENT = f"""
import os, subprocess, sys, time
own = {{**os.environ, "{SUPERVISOR}": str(os.getpid())}}
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}], env=own, start_new_session=True)
print(child.pid, flush=True)
time.sleep(120)
"""


def child_of(log):
    parent = start("-c", PARENT, log=log)
    assert eventually(lambda: "ready" in log.read_text())
    return parent, int(log.read_text().split()[0])


def test_it_lives_as_long_as_its_supervisor_and_little_longer(tmp_path):
    parent, child = child_of(tmp_path / "log")
    try:
        os.kill(child, signal.SIGTERM)
        assert not eventually(lambda: not alive(child), 4)
        parent.kill()
        parent.wait()
        assert eventually(lambda: not alive(child))
    finally:
        parent.kill()


def test_without_a_supervisor_nothing_is_watched(monkeypatch):
    before = threading.active_count()
    monkeypatch.delenv(SUPERVISOR, raising=False)
    watch_supervisor()
    assert threading.active_count() == before
