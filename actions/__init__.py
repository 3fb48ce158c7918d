"""The bot's action server: assesses a turn, answers, offers a person, asks for a handoff."""
