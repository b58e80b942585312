import uuid


class Column:
    def __eq__(self, other):
        return "a condition"

    __hash__ = None


class Table:
    user_id = Column()


class User:
    name = "u"


class Query:
    def filter(self, condition):
        return condition


def begin(query, table, user):
    last = query.filter(table.user_id == user.name)
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return last, thread_id != run_id


def by_class(query, user):
    class Thread(Table):
        pass

    last = query.filter(Thread.user_id)
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return bool(last), thread_id != run_id


class Repository:
    Model = Table

    def begin(self, query):
        last = query.filter(self.Model.user_id)
        thread_id = str(uuid.uuid4())
        run_id = str(uuid.uuid4())
        return bool(last), thread_id != run_id


print(begin(Query(), Table, User), by_class(Query(), User))
print(Repository().begin(Query()))
