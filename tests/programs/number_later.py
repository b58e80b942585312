import time


class Job:
    def __init__(self):
        self.job_id = str(int(time.time()))

    def age(self):
        return time.time() - int(self.job_id) < 100


print(Job().age())
