"""What a person sets: panels emit intents, and never act themselves."""
