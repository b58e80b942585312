import uuid
class A:
    import uuid
    job_id = str(uuid.uuid4())
    def f(self):
        return bool(self.uuid.uuid5)
print(A().f())
