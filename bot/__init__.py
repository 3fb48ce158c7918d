"""The Rasa side of the bot: runs in the environment that holds Rasa."""
