"""Functions that take and give ids of threads."""

from dataclasses import dataclass

from shared.id_generation import UnifiedIdGenerator


def begin(user_id, thread_id, mode="plain"):
    return user_id, thread_id, mode


def told(message, level="info"):
    return message, level


class Service:
    def __init__(self, thread_id):
        self.thread_id = thread_id

    @staticmethod
    def load(thread_id):
        return thread_id

    @classmethod
    def of(cls, thread_id):
        return cls(thread_id)


@dataclass
class Record:
    user_id: str
    thread_id: str


class Store:
    def open(self, thread_id):
        return thread_id

    def close(self, reason):
        return reason


def session_thread(user_id):
    return f"session_{user_id}"


def good_thread(user_id):
    return f"thread_{user_id}"


def placeholder():
    return "unknown"


def generated():
    return UnifiedIdGenerator.generate_base_id("session")


def either(user_id, given):
    return given or f"session_{user_id}"
