"""Calls of a maker that gives other things than texts, too."""

from app.core import IdManager


async def others(start):
    run_id = await IdManager.new_awaited_id()  # expect: OST105 no-fix: it gives no `str`
    start(run_id=IdManager.new_awaited_id())  # expect: OST105 no-fix: it gives no `str`
    run_ids = IdManager.new_ids()  # expect: OST105 no-fix: it gives no `str`
    run_id = IdManager.new_pair()  # expect: OST105 no-fix: it gives no `str`
    session_id = IdManager.new_uuid()  # expect: OST105 no-fix: it gives no `str`
    entry_id = IdManager.new_one_by_one()  # expect: OST105 no-fix: it gives no `str`
    return run_id, run_ids, session_id, entry_id


def texts(start):
    start(run_id=IdManager.new_typed())  # expect: OST105
    start(run_id=IdManager.new_optional())  # expect: OST105
