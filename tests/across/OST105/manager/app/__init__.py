from app.core import IdManager
