from django.core.cache import cache


def test_the_cache_keeps_its_client():
    cache.set("kept", {"a": [1, None]}, 60)
    first = cache._cache.get_client("kept")
    assert cache.get("kept") == {"a": [1, None]}
    assert cache._cache.get_client("kept") is first
    assert cache.get_many(["kept", "missing"]) == {"kept": {"a": [1, None]}}


def test_the_cache_outlasts_a_lost_connection():
    cache.set("lost", "here", 60)
    cache._cache.get_client("lost").connection_pool.disconnect()
    assert cache.get("lost") == "here"
