import random


def f(letters):
    job_id = f"job_{random.choice(letters.pop(0) * 'a')}"
    other_id = f"job_{random.randint(1, (n := 5))}"
    return letters, n, bool(job_id and other_id)


print(f([1, 2, 3]))
