"""What lies in rasa_side/ needs Rasa's own environment; test_rasa_project.py runs it there."""

collect_ignore = ["rasa_side"]
