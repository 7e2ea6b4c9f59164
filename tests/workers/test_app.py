"""Celery is set up so that nothing it does can lose, double or betray anything."""

import pytest

from portal import settings as portal_settings
from portal.settings import SettingsProblem
from workers.reactions import PLANS


@pytest.fixture
def celery(settings):
    from workers.app import celery

    return celery


def test_messages_are_json_and_acknowledged_when_their_transaction_is_done(celery):
    conf = celery.conf
    assert (conf.accept_content, conf.task_serializer, conf.event_serializer) == (["json"], "json", "json")
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.result_backend is None
    assert (conf.enable_utc, conf.timezone) == (True, "UTC")


def test_every_event_has_a_task_of_its_name_in_the_queue_of_its_plan(celery):
    assert PLANS
    for name, plan in PLANS.items():
        assert celery.tasks[name].queue == plan.queue
    assert celery.tasks["tick"].queue == "tick"
    assert celery.tasks["pulse"].queue == "mail"
    assert celery.tasks["pulse_documents"].queue == "documents"
    assert [queue.name for queue in celery.conf.task_queues] == ["tick", "events", "mail", "documents"]


def test_an_absent_broker_is_waited_for_without_end(celery):
    assert celery.conf.broker_connection_retry_on_startup
    assert celery.conf.broker_connection_max_retries is None


def test_beat_needs_no_file(celery):
    assert celery.conf.beat_scheduler == "workers.schedule:Ticker"
    assert list(celery.conf.beat_schedule) == ["tick", "pulse", "pulse_documents"]


def test_tools_can_look_on(celery):
    assert celery.conf.worker_send_task_events
    assert celery.conf.task_send_sent_event


def test_a_missing_setting_is_named(settings, monkeypatch):
    from workers.app import _configuration

    for name in ("WORKER_DATABASE_URL", "MAIL_URL"):
        monkeypatch.delenv(name)
    portal_settings.settings.cache_clear()
    with pytest.raises(SettingsProblem, match=r"(?s)WORKER_DATABASE_URL fehlt.*MAIL_URL fehlt"):
        _configuration()
