"""One folder a study, whose `__init__.py` exports STUDY; `shared` holds what several studies use."""
