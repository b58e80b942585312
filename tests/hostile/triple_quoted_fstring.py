import uuid


def start(name):
    session_id = f"""session_{name}_{uuid.uuid4().hex[:8]}"""
    page_id = f'''page_{uuid.uuid4()}'''
    text = f"""
    id "{uuid.uuid4()}"
    """
    return session_id, page_id, text.split()[0]


print(start("n"))
