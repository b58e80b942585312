"""Functions that give ids."""

import contextlib

from shared.id_generation import UnifiedIdGenerator


def new_thread():
    return UnifiedIdGenerator.generate_base_id("thread")


async def later(user_id):
    thread_id = UnifiedIdGenerator.generate_base_id("thread")
    return thread_id


def of(prefix="thread"):
    return UnifiedIdGenerator.generate_base_id(prefix)


def through_another():
    return of("run")


def maybe(user_id):
    if user_id:
        return new_thread()


def one_of(user_id, given):
    if user_id:
        return new_thread()
    return given


def same(value):
    return value


def in_circles(value):
    return in_circles(value)


def each():
    yield UnifiedIdGenerator.generate_base_id("thread")


@contextlib.contextmanager
def around():
    return UnifiedIdGenerator.generate_base_id("thread")


class Maker:
    def make(self, is_new):
        if is_new:
            return of()
        return new_thread()

    @classmethod
    def text(cls, user_id):
        return f"thread_ws_{user_id}"

    @property
    def current(self):
        return UnifiedIdGenerator.generate_base_id("thread")


class Bare(Maker):
    def make(self, is_new):
        return "1" if is_new else "2"
