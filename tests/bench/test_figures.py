import os
import subprocess
import sys

from bench.figures import RATE_HEAD, Rate, percentile, table
from bench.processes import cpu_ms, peak_rss_mb, tree_of


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99)] == [51.0, 96.0, 100.0]
    assert percentile([], 0.5) == 0.0


def test_a_table_has_the_first_column_to_the_left():
    rows = [Rate("copy", 1000, 0.5, cpu_s=0.25, database_cpu_s=0.125).row()]
    text = table(RATE_HEAD, rows)
    assert text.splitlines()[2].split() == ["copy", "1,000", "0.50", "2,000", "0.25", "0.12"]


def test_cpu_of_processes_that_ended_is_kept():
    before = cpu_ms(os.getpid())
    subprocess.run([sys.executable, "-c", "sum(range(10_000_000))"], check=True)
    assert cpu_ms(os.getpid()) > before
    assert os.getpid() in tree_of(os.getpid())
    assert peak_rss_mb(os.getpid()) > 1
