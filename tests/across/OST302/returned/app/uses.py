"""Puts prefixes in front of what functions of another file give."""

from app import makes
from app.makes import Bare, Maker, around, each, in_circles, later, maybe, new_thread, of, one_of
from app.makes import same, through_another

from shared.id_generation import UnifiedIdGenerator


async def loud(user_id, maker: Maker):
    thread_id = f"thread_{new_thread()}"  # expect: OST302 says: `new_thread` in app/makes.py, line 8 gives it so
    thread_id = f"thread_{await later(user_id)}"  # expect: OST302
    thread_id = "thread_" + makes.new_thread()  # expect: OST302
    run_id = f"run_{through_another()}"  # expect: OST302
    thread_id = f"thread_{of()}"  # expect: OST302
    thread_id = f"thread_{of('thread_ws')}"  # expect: OST302
    thread_id = f"thread_{maker.make(1)}"  # expect: OST302
    thread_id = f"thread_{Maker().make(True)}"  # expect: OST302
    thread_id = f"thread_{Maker.text(user_id)}"  # expect: OST302
    thread_id = f"ws_thread_{of('thread')}"  # expect: OST302 no-fix: would not begin with
    thread_id = f"thread_{maybe(user_id)}"  # expect: OST302 no-fix: may be missing
    thread_id = f"thread_{same(new_thread())}"  # expect: OST302
    made = new_thread()
    thread_id = f"thread_{made}"  # expect: OST302
    return thread_id, run_id


def silent(user_id, given, maker, bare: Bare):
    thread_id = f"thread_{of('run')}"
    thread_id = f"thread_{later(user_id)}"
    thread_id = f"thread_{one_of(user_id, given)}"
    thread_id = f"thread_{in_circles(user_id)}"
    thread_id = f"thread_{same(user_id)}"
    thread_id = f"thread_{each()}"
    thread_id = f"thread_{around()}"
    thread_id = f"thread_{maker.make(1)}"
    thread_id = f"thread_{bare.make(1)}"
    return thread_id


def here():
    return UnifiedIdGenerator.generate_base_id("req")


def of_this_file():
    request_id = f"req_{here()}"  # expect: OST302 says: `here` in app/uses.py
    return request_id
