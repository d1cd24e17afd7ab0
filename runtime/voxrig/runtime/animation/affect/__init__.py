"""What a character feels: from events, words, voices and company to an emotion that its face can show."""
